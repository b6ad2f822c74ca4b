using System.Text;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Ingest.Service.Commands.Export;

/// <summary>Where exported readings go: a file, which gets its name when it is whole, or standard output.</summary>
internal sealed class ExportTarget : IDisposable
{
    private readonly string? file;
    private readonly string unfinished;
    private readonly Stream standardOutput;
    private readonly ReadingExportFile? parquet;
    private readonly StreamWriter? text;
    private readonly Func<ExportedReading, string>? toText;

    /// <param name="format">How.</param>
    /// <param name="file">Where to; null for standard output.</param>
    /// <param name="standardOutput">Standard output.</param>
    public ExportTarget(ExportFormat format, string? file, Stream standardOutput)
    {
        (this.file, this.standardOutput) = (file, standardOutput);
        unfinished = file is null ? Path.Combine(Path.GetTempPath(), $"sensorgrid-export-{Environment.ProcessId}.parquet") : file + ".part";
        if (format == ExportFormat.Parquet)
        {
            parquet = new(unfinished);
            return;
        }
        toText = format == ExportFormat.Csv ? ExportText.ToCsv : ExportText.ToLine;
        text = new(file is null ? standardOutput : new FileStream(unfinished, FileMode.Create, FileAccess.Write), new UTF8Encoding(false), 1 << 16);
        if (format == ExportFormat.Csv)
            text.Write(ExportText.CsvHeader);
    }

    public void Add(ExportedReading reading)
    {
        if (parquet is not null)
            parquet.Add(reading);
        else
            text!.Write(toText!(reading));
    }

    public void Complete(CancellationToken cancellationToken)
    {
        parquet?.Complete(cancellationToken);
        text?.Flush();
        if (file is null && parquet is not null)
        {
            using (var whole = File.OpenRead(unfinished))
                whole.CopyTo(standardOutput);
            standardOutput.Flush();
        }
        if (file is not null)
        {
            text?.Dispose();
            File.Move(unfinished, file, overwrite: true);
        }
    }

    public void Dispose()
    {
        text?.Dispose();
        parquet?.Dispose();
        File.Delete(unfinished);
    }
}
