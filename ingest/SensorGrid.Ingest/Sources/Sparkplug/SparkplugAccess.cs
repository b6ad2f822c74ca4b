using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Sources.Sparkplug;

/// <summary>What an edge node may subscribe to at the embedded broker: commands to itself and its devices, and the states of hosts.
/// <code>
/// spBv1.0/{group}/NCMD/{itself}[/#]     spBv1.0/{group}/DCMD/{itself}/{device, + or #}     the group may be +
/// spBv1.0/STATE/{host, + or #}          STATE/{host, + or #}
/// </code></summary>
internal static class SparkplugAccess
{
    /// <summary>Whether a gateway may have a filter.</summary>
    public static bool MaySubscribe(string gateway, string filter)
    {
        string[] levels = filter.Split('/');
        if (levels[0] == "STATE")
            return levels.Length == 2;
        if (levels[0] != "spBv1.0" || levels.Length < 3)
            return false;
        if (levels[1] == "STATE")
            return levels.Length == 3;
        bool isForItself = levels.Length is 4 or 5 && levels[1] is not ("" or "#") && levels[3].AsSpan().IndexOfAny('+', '#') < 0
            && levels[3].Length > 0 && SparkplugNames.IdOf(levels[3]) == gateway;
        return isForItself && (levels[2] == "NCMD" ? levels.Length == 4 || levels[4] == "#" : levels[2] == "DCMD" && levels.Length == 5);
    }
}
