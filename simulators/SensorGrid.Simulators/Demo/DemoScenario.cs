using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.Demo;

/// <summary>A day of a demo city: which recording stands in for which sensor, and when. Made by <see cref="DemoScenarioReader"/>;
/// format in <c>simulators/docs/demo.md</c>. Times are counted from midnight of the city's day; above 24 h they are the next day's.</summary>
public sealed record DemoScenario
{
    /// <summary>Short name.</summary>
    public required string Id { get; init; }

    /// <summary>Title in English.</summary>
    public required string Title { get; init; }

    /// <summary>Time of day at which it begins.</summary>
    public required TimeSpan Start { get; init; }

    /// <summary>Offset from UTC of the city's clock.</summary>
    public required TimeSpan Offset { get; init; }

    /// <summary>Gateways, each played by an edge agent of its own.</summary>
    public required IReadOnlyList<DemoGateway> Gateways { get; init; }

    /// <summary>What is fed to them.</summary>
    public required IReadOnlyList<DemoFeed> Feeds { get; init; }

    /// <summary>What is said on the way.</summary>
    public required IReadOnlyList<DemoEvent> Events { get; init; }

    /// <summary>The day from first to last step. Equal times: what is said comes first, then the feeds in their order.</summary>
    /// <exception cref="RecordingException">A recording cannot be read.</exception>
    public IEnumerable<DemoStep> Play()
    {
        var heads = new PriorityQueue<IEnumerator<DemoStep>, (long Ticks, int Ordinal)>();
        var opened = new List<IEnumerator<DemoStep>>();
        try
        {
            opened.Add(Events.OrderBy(said => said.At).Select(said => new DemoStep(said.At, said, null, null, default)).GetEnumerator());
            opened.AddRange(Feeds.Select(feed => feed.Play().GetEnumerator()));
            for (int i = 0; i < opened.Count; i++)
            {
                if (opened[i].MoveNext())
                    heads.Enqueue(opened[i], (opened[i].Current.At.Ticks, i));
            }
            while (heads.TryDequeue(out var head, out var place))
            {
                yield return head.Current;
                if (head.MoveNext())
                    heads.Enqueue(head, (head.Current.At.Ticks, place.Ordinal));
            }
        }
        finally
        {
            foreach (var readings in opened)
                readings.Dispose();
        }
    }
}

/// <summary>A gateway of the demo city.</summary>
/// <param name="Id">Gateway id.</param>
/// <param name="Domain">Domain id.</param>
public sealed record DemoGateway(string Id, string Domain);

/// <summary>Something worth telling when it happens.</summary>
/// <param name="At">Time of day.</param>
/// <param name="Domain">Domain id.</param>
/// <param name="Text">English.</param>
/// <param name="TextZh">Chinese.</param>
public sealed record DemoEvent(TimeSpan At, string Domain, string Text, string TextZh);

/// <summary>Where a recorded series goes.</summary>
/// <param name="Gateway">Gateway of the city.</param>
/// <param name="Name">SenML name there.</param>
public sealed record DemoStream(DemoGateway Gateway, string Name);

/// <summary>One step of the day: something to tell, or one reading of one gateway.</summary>
/// <param name="At">Time of day.</param>
/// <param name="Said">What to tell, or null.</param>
/// <param name="Stream">Where the reading goes, or null.</param>
/// <param name="Unit">Its unit as recorded.</param>
/// <param name="Reading">The reading; its recorded time is to be ignored.</param>
public readonly record struct DemoStep(TimeSpan At, DemoEvent? Said, DemoStream? Stream, string? Unit, RecordedReading Reading);

/// <summary>A stretch of a recording, put at a time of the demo day.</summary>
public sealed record DemoFeed
{
    /// <summary>The recording.</summary>
    public required RecordingDescription Recording { get; init; }

    /// <summary>Recorded time that falls on <see cref="At"/>; null = that of the first reading fed.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Recorded time before which it ends; null = at its end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Time of day at which it begins.</summary>
    public required TimeSpan At { get; init; }

    /// <summary>Recorded series (<c>gateway/name</c>) to stream of the city.</summary>
    public required IReadOnlyDictionary<string, DemoStream> Streams { get; init; }

    /// <summary>Degrees added to longitudes of positions.</summary>
    public double MoveLongitude { get; init; }

    /// <summary>Degrees added to latitudes of positions.</summary>
    public double MoveLatitude { get; init; }

    internal IEnumerable<DemoStep> Play()
    {
        long? origin = From?.UtcTicks;
        var known = new Dictionary<RecordedSeries, DemoStream?>();
        foreach (var reading in RecordingReader.Read(Recording, From, Until))
        {
            if (!reading.IsSent)
                continue;
            if (!known.TryGetValue(reading.Series, out var stream))
                known[reading.Series] = stream = Streams.GetValueOrDefault(reading.Series.ToString());
            if (stream is null)
                continue;
            origin ??= reading.ObservedAtTicks;
            var moved = reading.Kind == Readings.ReadingKind.Position
                ? reading with { Value = reading.Value + MoveLongitude, Value2 = reading.Value2 + MoveLatitude }
                : reading;
            yield return new(At + TimeSpan.FromTicks(reading.ObservedAtTicks - origin.Value), null, stream, reading.Series.Unit, moved);
        }
    }
}
