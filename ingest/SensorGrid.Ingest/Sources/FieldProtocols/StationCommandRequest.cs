namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>A command on its way to the connection of its station.</summary>
internal sealed class StationCommandRequest(long given, string station, string verb, IReadOnlyList<string> arguments)
{
    // Readings shown to whoever asked; a history that is longer is looked up in the store.
    private const int MostReadings = 500;

    private readonly TaskCompletionSource<StationCommandResult> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<StationAnswer> answers = [];
    private int readings;
    private bool isTruncated;

    /// <summary>Log record that says who gave it.</summary>
    public long Given => given;

    public string Station => station;

    public string Verb => verb;

    public IReadOnlyList<string> Arguments => arguments;

    /// <summary>Its end.</summary>
    public Task<StationCommandResult> Result => result.Task;

    /// <summary>Who counts it.</summary>
    public object? Owner { get; set; }

    /// <summary>Of the session; 0 before it was given.</summary>
    public int Ticket { get; set; }

    /// <summary>Notes what the station sent.</summary>
    public void Add(StationAnswer answer)
    {
        int room = MostReadings - readings;
        isTruncated |= answer.Readings.Count > room;
        if (room == 0)
            return;
        answers.Add(answer.Readings.Count > room ? answer with { Readings = [.. answer.Readings.Take(room)] } : answer);
        readings += Math.Min(room, answer.Readings.Count);
    }

    /// <summary>An end with what the station sent until then.</summary>
    public StationCommandResult WithAnswers(StationCommandResult how) => how with { Answers = answers, IsTruncated = isTruncated };

    /// <summary>Tells whoever waits.</summary>
    public void End(StationCommandResult how) => result.TrySetResult(how);
}
