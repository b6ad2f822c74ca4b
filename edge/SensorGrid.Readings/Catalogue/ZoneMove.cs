using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using NetTopologySuite.Geometries;
using SensorGrid.Readings.Geodesy;
using SensorGrid.Readings.Time;

namespace SensorGrid.Readings.Catalogue;

/// <summary>A new version of a zone: where it is from now on and when it is in force. What a moving fire perimeter or flood extent sends, in
/// place of a new catalogue.</summary>
/// <param name="Zone">Id of a zone of the catalogue.</param>
/// <param name="Geometry">Where it is, WGS-84; null to go back to the catalogue's.</param>
/// <param name="ValidFrom">From when it is in force, or null.</param>
/// <param name="ValidTo">When it is no longer, or null.</param>
public sealed record ZoneMove(string Zone, Geometry? Geometry, DateTimeOffset? ValidFrom, DateTimeOffset? ValidTo)
{
    /// <summary>The zone as it is after this move.</summary>
    /// <param name="zone">The zone of the catalogue.</param>
    public Zone Apply(Zone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return Geometry is null ? zone : zone with { Geometry = Geometry, ValidFrom = ValidFrom, ValidTo = ValidTo };
    }

    /// <summary>Writes a move as <c>{"zone":id,"geometry":GeoJSON|null,"radius":metres|null,"width":metres|null,"datum":name|null,"validFrom":time|null,"validTo":time|null}</c>.</summary>
    /// <param name="zone">Id of the zone.</param>
    /// <param name="geometry">GeoJSON, or null.</param>
    /// <param name="validFrom">From when it is in force, as text, or null.</param>
    /// <param name="validTo">When it is no longer, as text, or null.</param>
    /// <param name="extent">How far it reaches around a Point or a line.</param>
    public static byte[] Write(string zone, JsonElement? geometry, string? validFrom = null, string? validTo = null, ZoneExtent extent = default)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("zone", zone);
            json.WritePropertyName("geometry");
            if (geometry is { } given)
                given.WriteTo(json);
            else
                json.WriteNullValue();
            WriteMetres(json, "radius", extent.RadiusMetres);
            WriteMetres(json, "width", extent.WidthMetres);
            json.WriteString("datum", MapDatums.Names[(int)extent.Datum]);
            json.WriteString("validFrom", validFrom);
            json.WriteString("validTo", validTo);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote, and checks the area as the catalogue's are checked.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="move">The move.</param>
    /// <param name="problem">What is wrong, for people.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out ZoneMove? move, [NotNullWhen(false)] out string? problem)
    {
        move = null;
        try
        {
            (move, problem) = Read(JsonElement.Parse(json));
        }
        catch (JsonException error)
        {
            problem = $"this is not JSON: {error.Message}";
        }
        return move is not null;
    }

    private static (ZoneMove? Move, string? Problem) Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("zone", out var zone) || zone.ValueKind != JsonValueKind.String)
            return (null, "a move names its 'zone'");
        if (!TryReadTime(root, "validFrom", out var from, out string? problem) || !TryReadTime(root, "validTo", out var to, out problem))
            return (null, problem);
        if (from >= to)
            return (null, "validTo is not after validFrom; a zone is in force from the one until just before the other");
        if (!root.TryGetProperty("geometry", out var geometry) || geometry.ValueKind == JsonValueKind.Null)
            return (new(zone.GetString()!, null, null, null), null);
        if (!TryReadMetres(root, "radius", out var radius, out problem) || !TryReadMetres(root, "width", out var width, out problem))
            return (null, problem);
        var datum = MapDatum.Wgs84;
        if (root.TryGetProperty("datum", out var name) && name.ValueKind != JsonValueKind.Null && !(name.ValueKind == JsonValueKind.String && MapDatums.TryParse(name.GetString()!, out datum)))
            return (null, $"datum is one of {string.Join(", ", MapDatums.Names)}, not {name.GetRawText()}");
        var (area, flaw) = ZoneShape.Read(geometry, new(radius, width, datum));
        return flaw is null ? (new(zone.GetString()!, area, from, to), null) : (null, flaw.Text);
    }

    private static void WriteMetres(Utf8JsonWriter json, string name, double? metres)
    {
        if (metres is { } number)
            json.WriteNumber(name, number);
    }

    private static bool TryReadMetres(JsonElement root, string name, out double? metres, [NotNullWhen(false)] out string? problem)
    {
        (metres, problem) = (null, null);
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return true;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number))
        {
            metres = number;
            return true;
        }
        problem = $"{name} is a number of metres, not {value.GetRawText()}";
        return false;
    }

    private static bool TryReadTime(JsonElement root, string name, out DateTimeOffset? time, [NotNullWhen(false)] out string? problem)
    {
        (time, problem) = (null, null);
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return true;
        if (value.ValueKind == JsonValueKind.String && UtcTimeText.TryParse(value.GetString()!, out var read))
        {
            time = read;
            return true;
        }
        problem = $"{name} is a time with its offset, 2026-05-12T08:00:00+08:00, not {value.GetRawText()}";
        return false;
    }
}
