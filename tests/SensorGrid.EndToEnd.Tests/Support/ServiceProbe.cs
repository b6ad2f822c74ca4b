using System.Globalization;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>What the kernel says of a process.</summary>
internal sealed class ServiceProbe(int processId)
{
    public int Id => processId;

    /// <summary>Resident memory now.</summary>
    public long ResidentBytes => Kilobytes("VmRSS:") * 1024;

    /// <summary>The most resident memory so far.</summary>
    public long PeakResidentBytes => Kilobytes("VmHWM:") * 1024;

    /// <summary>Processor time used so far: what a start costs, however busy the machine is with other things.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            using var process = System.Diagnostics.Process.GetProcessById(processId);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>The only child of a process, or the process itself when it has become the program.</summary>
    public static int ChildOf(int processId)
    {
        string children = File.ReadAllText($"/proc/{processId}/task/{processId}/children").Trim();
        return children.Length == 0 ? processId : int.Parse(children.Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private long Kilobytes(string name)
    {
        string line = File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
