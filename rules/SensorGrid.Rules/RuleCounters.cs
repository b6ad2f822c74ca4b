namespace SensorGrid.Rules;

/// <summary>What became of the readings that were given to the rules, since the process started.</summary>
public sealed class RuleCounters
{
    /// <summary>Readings that moved their datastream's clock.</summary>
    public long Evaluated { get; internal set; }

    /// <summary>Same datastream, same stamp, same value: no effect at all.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Same datastream and stamp, other value: stored, not evaluated.</summary>
    public long LateCorrections { get; internal set; }

    /// <summary>Older than the newest of its datastream: stored, not evaluated.</summary>
    public long Late { get; internal set; }

    /// <summary>Of the late ones, those that still belonged to a window of a rule, and were put into it.</summary>
    public long WindowCorrections { get; internal set; }

    /// <summary>Of the late ones, those that fell into a gap that is kept, and were held to be judged.</summary>
    public long LateHeld { get; internal set; }

    /// <summary>Times that late readings were judged before they had settled, because as many waited as may.</summary>
    public long LateOverflows { get; internal set; }

    /// <summary>Gaps before which the state of a datastream's rules was kept.</summary>
    public long GapsKept { get; internal set; }

    /// <summary>Gaps that were let go because there were too many: what comes late of them is stored, and not judged.</summary>
    public long GapsDropped { get; internal set; }

    /// <summary>Alarms that late readings brought to light.</summary>
    public long RetrospectiveAlarms { get; internal set; }

    /// <summary>Came after a newer one of their datastream and were put in order.</summary>
    public long Reordered { get; internal set; }

    /// <summary>Readings that were evaluated before their time because as many waited as may.</summary>
    public long ReorderOverflows { get; internal set; }

    /// <summary>Missing, bad or not finite: no value, but a sign of life.</summary>
    public long NotValues { get; internal set; }

    /// <summary>A single stamp far ahead of its arrival: taken for a slip, no effect.</summary>
    public long DoubtedStamps { get; internal set; }

    /// <summary>A clock went ahead, or one that had been ahead was put right.</summary>
    public long FrameRestarts { get; internal set; }

    /// <summary>Readings that left a window early because it held its most.</summary>
    public long WindowOverflows { get; internal set; }

    /// <summary>Fixes whose error was greater than a geofence rule takes: they cross nothing in that rule.</summary>
    public long InexactFixes { get; internal set; }

    /// <summary>Days whose weather was not known at the hour of observation nor in the hour after: the index of a fire weather rule was carried over.</summary>
    public long MissedWeatherDays { get; internal set; }

    /// <summary>Fire weather rules that began anew because too many days in a row were missing.</summary>
    public long WeatherRestarts { get; internal set; }

    /// <summary>Readings that cannot be weather (humidity beyond 0 to 100 %, negative wind or rain): a fire weather rule takes them for missing.</summary>
    public long ImpossibleWeather { get; internal set; }
}
