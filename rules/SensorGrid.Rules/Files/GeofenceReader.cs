using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads what only geofence rules have.</summary>
internal static class GeofenceReader
{
    private const int MostFixes = 100;

    private static readonly string[] Keys =
    [
        "on", "zones", "zone-kind", "level", "dwell", "distance", "hysteresis", "minimum-fixes", "accuracy", "fence-end", "on-delay", "off-delay",
    ];

    private static readonly string[] Triggers = ["exit", "enter", "inside", "outside", "dwell", "approach"];

    public static RuleFamily[] Families => [new("geofence", Keys, (fields, _) => RuleFields.WithDelays(Read(fields), fields))];

    private static GeofenceRule Read(MappingFields fields)
    {
        var zones = fields.Texts("zones").Select(zone => zone.Value).Distinct().ToList();
        if (fields.Has("zones") == fields.Has("zone-kind"))
            fields.Error("zones", "a geofence rule has either 'zones' (their ids) or 'zone-kind' (all zones of a kind in the rule's domain)");
        else if (zones.Count == 0 && fields.Has("zones"))
            fields.Error("zones", "'zones' of a geofence rule is empty; name at least one zone of the catalogue");
        string? on = fields.Word("on", Triggers, required: true);
        OnlyWith(fields, "dwell", on, "dwell");
        OnlyWith(fields, "distance", on, "approach");
        OnlyWith(fields, "fence-end", on, "exit");
        var (errors, limit) = Accuracy(fields);
        return new()
        {
            On = on is null ? FenceTrigger.Exit : Enum.Parse<FenceTrigger>(on, ignoreCase: true),
            Zones = zones,
            ZoneKind = fields.Text("zone-kind"),
            Level = RuleFields.Level(fields),
            DwellTicks = on == "dwell" ? RuleFields.Positive(fields, "dwell", required: true) ?? 0 : 0,
            DistanceMetres = on == "approach" ? Metres(fields, "distance", required: true) ?? 0 : 0,
            HysteresisMetres = RuleFields.NotNegative(fields, "hysteresis") ?? 0,
            MinimumFixes = fields.Whole("minimum-fixes", 1, MostFixes) ?? 1,
            ErrorDatastream = errors,
            MostErrorMetres = limit,
            ExitsWhenFenceEnds = fields.Word("fence-end", ["none", "exit"]) == "exit",
        };
    }

    // A key without effect is a misunderstanding.
    private static void OnlyWith(MappingFields fields, string key, string? on, string trigger)
    {
        if (fields.Has(key) && on is not null && on != trigger)
            fields.Error(key, $"'{key}' belongs to 'on: {trigger}'; this rule is 'on: {on}'");
    }

    private static (string? Errors, double Limit) Accuracy(MappingFields fields)
    {
        if (!fields.Has("accuracy") || fields.Mapping("accuracy", "'accuracy'", required: false, "datastream", "limit") is not { } accuracy)
            return (null, double.PositiveInfinity);
        return (accuracy.Text("datastream", required: true), Metres(accuracy, "limit", required: true) ?? double.PositiveInfinity);
    }

    private static double? Metres(MappingFields fields, string key, bool required)
    {
        double? metres = fields.Number(key, required);
        if (metres <= 0)
            fields.Error(key, $"'{key}' is a distance in metres, more than 0");
        return metres;
    }
}
