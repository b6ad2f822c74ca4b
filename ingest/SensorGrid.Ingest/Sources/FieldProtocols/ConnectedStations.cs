using System.Diagnostics.CodeAnalysis;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>Which stations are heard on which connections: where a command goes. The newest connection of a station comes first: after a broken line the old one
/// stands open until its time is up, and nobody is at its other end.</summary>
/// <param name="mostStations">Stations known at once; further ones are heard and cannot be commanded.</param>
/// <param name="mostCommands">Commands of one station that have not ended; further ones are refused.</param>
internal sealed class ConnectedStations(int mostStations, int mostCommands)
{
    // More than two are a fault in the field; the oldest are let go of.
    private const int MostLines = 4;

    private readonly Dictionary<string, Heard> stations = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Those heard now, by address.</summary>
    public IReadOnlyList<ConnectedStation> Snapshot()
    {
        lock (gate)
        {
            return
            [
                .. stations.OrderBy(station => station.Key, StringComparer.Ordinal)
                    .Select(station => new ConnectedStation(station.Key, [.. station.Value.Exchanges.Select(exchange => exchange.Line)], station.Value.CommandsUnderWay)),
            ];
        }
    }

    /// <summary>Whether one is heard.</summary>
    public bool Contains(string station)
    {
        lock (gate)
            return stations.ContainsKey(station);
    }

    /// <summary>On how many connections one is heard.</summary>
    public int LinesOf(string station)
    {
        lock (gate)
            return stations.TryGetValue(station, out var heard) ? heard.Exchanges.Count : 0;
    }

    /// <summary>A station is heard on a connection for the first time.</summary>
    /// <returns>Another connection on which it is heard too; null when there is none.</returns>
    public StationLine? Enter(string station, FieldExchange exchange)
    {
        lock (gate)
        {
            if (!stations.TryGetValue(station, out var heard))
            {
                if (stations.Count == mostStations)
                    return null;
                stations.Add(station, heard = new());
            }
            // A sender of datagrams that came by another port is the same one: carriers change them at will.
            heard.Exchanges.RemoveAll(other => other.IsReplacedBy(exchange));
            StationLine? other = heard.Exchanges.Count > 0 ? heard.Exchanges[0].Line : null;
            heard.Exchanges.Insert(0, exchange);
            if (heard.Exchanges.Count > MostLines)
                heard.Exchanges.RemoveAt(MostLines);
            return other;
        }
    }

    /// <summary>A connection is over.</summary>
    public void Leave(IEnumerable<string> those, FieldExchange exchange)
    {
        lock (gate)
        {
            foreach (string station in those)
            {
                if (stations.TryGetValue(station, out var heard) && heard.Exchanges.Remove(exchange) && heard.Exchanges.Count == 0)
                    stations.Remove(station);
            }
        }
    }

    /// <summary>Hands a command to the newest connection of its station.</summary>
    /// <param name="request">It.</param>
    /// <param name="refusal">Why it cannot.</param>
    public bool TryPost(StationCommandRequest request, [NotNullWhen(false)] out StationCommandResult? refusal)
    {
        lock (gate)
        {
            if (!stations.TryGetValue(request.Station, out var heard))
            {
                refusal = new("not_connected", $"Station {request.Station} is not heard on any connection now.");
                return false;
            }
            if (heard.CommandsUnderWay < mostCommands && heard.Exchanges[0].TryPost(request))
            {
                heard.CommandsUnderWay++;
                request.Owner = heard;
                refusal = null;
                return true;
            }
            refusal = new("too_many", $"{heard.CommandsUnderWay} commands of station {request.Station} have not ended, or its connection takes no more now; ask again later.");
            return false;
        }
    }

    /// <summary>A command has ended; the station may be gone by then.</summary>
    public void Ended(StationCommandRequest request)
    {
        // Its connection may end it while it is being posted: the lock makes that wait.
        lock (gate)
            ((Heard)request.Owner!).CommandsUnderWay--;
    }

    private sealed class Heard
    {
        public List<FieldExchange> Exchanges { get; } = [];

        public int CommandsUnderWay { get; set; }
    }
}
