using NetTopologySuite.Geometries;
using SensorGrid.Readings.Geodesy;

namespace SensorGrid.Rules.Geofences;

/// <summary>Which zones a place may be within a distance of: their envelopes, wider by that distance. Immutable.</summary>
internal sealed class NearZones
{
    // The plane of a place far north is not that of one far south in a zone; a little more than the distance misses nothing.
    private const double Allowance = 1.02;

    private readonly Envelope[] envelopes;

    public NearZones(IEnumerable<PreparedZone> zones, double metres) => envelopes = [.. zones.Select(zone => Wider(zone.Envelope, metres * Allowance))];

    /// <summary>Adds the places of those zones in their order.</summary>
    public void AddNear(double x, double y, List<int> near)
    {
        for (int zone = 0; zone < envelopes.Length; zone++)
        {
            if (envelopes[zone].Covers(x, y))
                near.Add(zone);
        }
    }

    private static Envelope Wider(Envelope envelope, double metres)
    {
        // A degree of longitude is shortest, so the distance the most degrees, on the side nearer to a pole.
        double north = LocalPlane.MetresPerDegree(0).North;
        double latitude = Math.Min(89, Math.Max(Math.Abs(envelope.MinY), Math.Abs(envelope.MaxY)) + (metres / north));
        var wider = envelope.Copy();
        wider.ExpandBy(metres / LocalPlane.MetresPerDegree(latitude).East, metres / north);
        return wider;
    }
}
