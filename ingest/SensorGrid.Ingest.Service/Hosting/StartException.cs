namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The service cannot start, for reasons a person can do something about. Each line says what, where and what next;
/// they are printed without a stack trace.</summary>
internal sealed class StartException(IReadOnlyList<string> reasons, int exitCode = ExitCode.CannotStart) : Exception(string.Join(Environment.NewLine, reasons))
{
    public StartException(string reason) : this([reason])
    {
    }

    public IReadOnlyList<string> Reasons { get; } = reasons;

    public int ExitCode { get; } = exitCode;
}

/// <summary>What the process answers its supervisor. Documented in <c>service.md</c>; numbers are not reused.</summary>
internal static class ExitCode
{
    public const int Stopped = 0;

    /// <summary>Something outside the configuration: port taken, folder locked, database unreadable.</summary>
    public const int CannotStart = 1;

    /// <summary>Settings, catalogue or rules are wrong. Starting again changes nothing.</summary>
    public const int WrongSettings = 2;

    /// <summary>Storage failed while running; nothing was acknowledged since. Starting again recovers from disk.</summary>
    public const int StorageFailed = 3;

    /// <summary>A stage ended with an error of ours. Starting again recovers from disk.</summary>
    public const int StageFailed = 4;

    /// <summary>Command resend: some dead letters were refused again and stay.</summary>
    public const int StillRefused = 5;
}
