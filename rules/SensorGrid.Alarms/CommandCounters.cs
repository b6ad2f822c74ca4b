namespace SensorGrid.Alarms;

/// <summary>Commands of the log that changed nothing because they could not be read, since the process started.</summary>
public sealed class CommandCounters
{
    /// <summary>Of a type nobody here knows.</summary>
    public long Unknown { get; internal set; }

    /// <summary>With a payload that cannot be read, or files with errors.</summary>
    public long Invalid { get; internal set; }
}
