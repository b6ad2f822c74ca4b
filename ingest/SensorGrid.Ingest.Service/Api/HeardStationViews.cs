using SensorGrid.Ingest.Sources.FieldProtocols;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>A page of stations that were heard.</summary>
/// <param name="Protocols">Protocols that are listened to.</param>
/// <param name="Stations">The page, by protocol and address.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null when there is none.</param>
internal sealed record HeardStationList(IReadOnlyList<HeardProtocolView> Protocols, IReadOnlyList<HeardStationView> Stations, string? Next);

/// <param name="Protocol">Its word.</param>
/// <param name="Domain">Domain under which readings of its stations are kept.</param>
/// <param name="Connections">Open ones, and senders of datagrams.</param>
/// <param name="Stations">Stations that were heard.</param>
/// <param name="UnlistedFrames">Frames of stations for which the list had no room.</param>
/// <param name="Refused">Frames that belong to no station of the list, by what was wrong.</param>
/// <param name="LastProblem">What went wrong last with a peer that is no station of the list, or null.</param>
internal sealed record HeardProtocolView(
    string Protocol, string Domain, int Connections, int Stations, long UnlistedFrames, IReadOnlyDictionary<string, long> Refused, HeardProblemView? LastProblem)
{
    public static HeardProtocolView Of(string protocol, FieldListener listener, int stations)
    {
        var strangers = listener.ReadStrangers();
        return new(protocol, listener.Domain, listener.State.Peers, stations, listener.UnlistedFrames, strangers.Refused, HeardProblemView.Of(strangers.LastProblem));
    }
}

/// <param name="Protocol">Its protocol.</param>
/// <param name="Station">Its address or MN: its gateway id.</param>
/// <param name="Domain">Its gateway's by the catalogue, else the one its readings are kept under.</param>
/// <param name="Known">The catalogue has a gateway of this id.</param>
/// <param name="CatalogueStations">Stations of the catalogue where that gateway stands, or that it measures.</param>
/// <param name="Online">It is on a connection now; of one that sends datagrams: until it is forgotten for its silence.</param>
/// <param name="Connections">On how many.</param>
/// <param name="LastHeardAt">When its newest good frame came; null when none did.</param>
/// <param name="Frames">Frames since the service started.</param>
/// <param name="Holes">Times of which readings are missing and which it is asked for.</param>
/// <param name="LastProblem">What went wrong last, or null.</param>
/// <param name="Unassigned">Datastreams of it that no catalogue entry names: <c>/api/v1/datastreams?gateway=…&amp;assigned=false</c>.</param>
internal sealed record HeardStationView(
    string Protocol, string Station, string Domain, bool Known, IReadOnlyList<string> CatalogueStations, bool Online, int Connections, DateTimeOffset? LastHeardAt,
    HeardFramesView Frames, IReadOnlyList<StationHoleView> Holes, HeardProblemView? LastProblem, int Unassigned)
{
    public static HeardStationView Of(string protocol, string domain, bool known, IReadOnlyList<string> places, int unassigned, HeardStation heard) => new(
        protocol, heard.Station, domain, known, places, heard.Connections > 0, heard.Connections,
        heard.HeardAtTicks is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null, new(heard.Good, heard.PartlyBad, heard.Refused),
        [.. heard.Holes.Select(hole => new StationHoleView(new(hole.FromTicks, TimeSpan.Zero), new(hole.UntilTicks, TimeSpan.Zero)))], HeardProblemView.Of(heard.LastProblem), unassigned);
}

/// <param name="Good">Good in all their parts.</param>
/// <param name="PartlyBad">Kept, with items that cannot be read.</param>
/// <param name="Refused">Broken, not kept, or kept and not readable, by reason.</param>
internal sealed record HeardFramesView(long Good, long PartlyBad, IReadOnlyDictionary<string, long> Refused);

/// <param name="From">From, inclusive.</param>
/// <param name="Until">Until, exclusive.</param>
internal sealed record StationHoleView(DateTimeOffset From, DateTimeOffset Until);

/// <param name="Code">A word: of a fault of a frame, of a problem in one, or why something was turned away.</param>
/// <param name="At">When.</param>
/// <param name="Detail">Where, and who, as far as it is known, or null.</param>
internal sealed record HeardProblemView(string Code, DateTimeOffset At, string? Detail)
{
    public static HeardProblemView? Of(HeardProblem? problem) => problem is null ? null : new(problem.Code, new(problem.AtTicks, TimeSpan.Zero), problem.Detail);
}
