using SensorGrid.FieldProtocols.Hj212;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

/// <summary>A station's memory in a test: knows what the centre must have by the time it acknowledges.</summary>
internal sealed class Hj212TestStore(Hj212Line line) : IHj212StationStore
{
    private static readonly string[] Factors = ["w01018", "w21003", "w21011", "w01001", "w00000"];
    private readonly List<(Hj212Upload Upload, long TimeTicks, int Values)> all = [];
    private readonly SortedSet<long> waiting = [];

    public int WaitingCount => waiting.Count;

    /// <summary>Commands that were carried out, with their parameters.</summary>
    public List<(int Command, string Parameters)> Executed { get; } = [];

    /// <summary>Measures something: a report of so many values, long ones in several packets.</summary>
    public void Measure(int command, long timeTicks, int values, bool isToBeSent = true)
    {
        long id = all.Count;
        // Times have whole seconds on the wire.
        timeTicks -= timeTicks % TimeSpan.TicksPerSecond;
        var area = new Hj212AreaWriter();
        Assert.Equal(Hj212WriteError.None, area.AddTime("DataTime", timeTicks));
        for (int i = 0; i < values; i++)
        {
            area.NextItem().Add(Key(command, i), Value(id, i));
            area.Add(Key(command, i)[..Key(command, i).IndexOf('-', StringComparison.Ordinal)] + "-Flag", "N");
        }
        all.Add((new(id, command, area), timeTicks, values));
        if (isToBeSent)
            waiting.Add(id);
    }

    public bool TryPeek(out Hj212Upload upload)
    {
        upload = waiting.Count == 0 ? default : all[(int)waiting.Min].Upload;
        return waiting.Count > 0;
    }

    public void Acknowledged(long id)
    {
        Assert.True(waiting.Remove(id));
        AssertLogged(id);
    }

    public void AssertAllLogged(Func<int, long, bool> isMeant)
    {
        foreach (var (upload, time, _) in all)
        {
            if (isMeant(upload.Command, time))
                AssertLogged(upload.Id);
        }
    }

    public bool TryQuery(int command, long beginTicks, long endTicks, long afterId, out Hj212Upload upload)
    {
        foreach (var (known, time, _) in all)
        {
            if (known.Id > afterId && known.Command == command && time >= beginTicks && time <= endTicks)
            {
                upload = known;
                return true;
            }
        }
        upload = default;
        return false;
    }

    public int Execute(int command, ReadOnlySpan<byte> parameters, Hj212AreaWriter result)
    {
        Executed.Add((command, System.Text.Encoding.UTF8.GetString(parameters)));
        if (command != 3020)
            return command == 3013 ? 5 : 1;
        result.AddTime("DataTime", line.Now);
        result.NextItem().AddLog("i11001-Info", "清洗;, &&");
        return 1;
    }

    private void AssertLogged(long id)
    {
        var (upload, time, values) = all[(int)id];
        string prefix = upload.Command switch { 2051 => "minute/", 2061 => "hour/", 2031 => "day/", _ => "" };
        for (int i = 0; i < values; i++)
        {
            // Amounts have the factor's own unit here, so that no scaling is in the way.
            Assert.True(line.IsLogged(prefix + Key(upload.Command, i), time, (double)Value(id, i)), $"report {id} was acknowledged and is not in the log");
        }
    }

    private static string Key(int command, int i) => $"{Factors[i % Factors.Length]}x{i}-{(command == 2011 ? "Rtd" : "Avg")}";

    private static decimal Value(long id, int i) => id + i / 100m;
}
