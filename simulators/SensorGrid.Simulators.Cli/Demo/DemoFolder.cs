using System.Globalization;

namespace SensorGrid.Simulators.Cli.Demo;

/// <summary>
/// Where a demo keeps its data, and which day it plays. Without <c>--data</c> each run starts afresh in one default folder: it empties
/// that folder first, and only when its own mark shows that a demo made it. With <c>--data</c> nothing is emptied: the demo plays the
/// day after the last one in the folder, because the log's time never goes back.
/// </summary>
internal sealed class DemoFolder : IDisposable
{
    private const string MarkName = "sensorgrid-demo";
    private const string DayFormat = "yyyy-MM-dd";

    private readonly FileStream mark;

    private DemoFolder(string path, DateOnly day, FileStream mark)
    {
        Path = path;
        Day = day;
        this.mark = mark;
    }

    public string Path { get; }

    /// <summary>The city's calendar day.</summary>
    public DateOnly Day { get; }

    public string Service => System.IO.Path.Combine(Path, "service");

    public string AgentOf(string gateway) => System.IO.Path.Combine(Path, "agents", gateway);

    /// <exception cref="DemoException">The folder is in use, or is not a demo's.</exception>
    public static DemoFolder Open(string? chosen, DateOnly today)
    {
        bool fresh = chosen is null;
        string path = System.IO.Path.GetFullPath(chosen ?? DefaultPath());
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any() && !File.Exists(System.IO.Path.Combine(path, MarkName)))
            throw new DemoException($"{path} holds something else than a demo. Name another folder with --data.");
        Directory.CreateDirectory(path);
        var mark = Lock(path);
        if (fresh)
        {
            foreach (string folder in Directory.GetDirectories(path))
                Directory.Delete(folder, recursive: true);
        }
        var day = fresh ? today : NextDay(mark, today);
        mark.SetLength(0);
        mark.Write(System.Text.Encoding.ASCII.GetBytes(day.ToString(DayFormat, CultureInfo.InvariantCulture)));
        mark.Flush();
        return new(path, day, mark);
    }

    public void Dispose() => mark.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(System.IO.Path.Combine(path, MarkName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new DemoException($"Another demo uses {path} ({exception.Message}). Stop it, or name another folder with --data.");
        }
    }

    private static DateOnly NextDay(FileStream mark, DateOnly today)
    {
        byte[] text = new byte[DayFormat.Length];
        int length = mark.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        mark.Position = 0;
        return DateOnly.TryParseExact(
            System.Text.Encoding.ASCII.GetString(text, 0, length), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var last) && last >= today
            // A demo day ends on the morning after.
            ? last.AddDays(2)
            : today;
    }

    private static string DefaultPath() => Programs.RepositoryRoot is { } root
        ? System.IO.Path.Combine(root, "artifacts", "demo")
        : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "sensorgrid-demo");
}
