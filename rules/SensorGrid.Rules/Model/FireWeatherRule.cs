using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.FireWeather;

namespace SensorGrid.Rules.Model;

/// <summary>Which index of the weather of days.</summary>
public enum DailyIndex
{
    /// <summary>FFMC, of litter and fine fuels.</summary>
    FineFuelMoisture,

    /// <summary>DMC, of loose layers.</summary>
    DuffMoisture,

    /// <summary>DC, of deep layers.</summary>
    Drought,

    /// <summary>ISI, how fast a fire spreads at first.</summary>
    InitialSpread,

    /// <summary>BUI, how much there is to burn.</summary>
    Buildup,

    /// <summary>FWI, how intense a front burns.</summary>
    FireWeather,

    /// <summary>Danger class of the FWI, 1 (very low) to 6 (extreme).</summary>
    DangerClass,

    /// <summary>Chinese forest fire weather grade, 1 (lowest) to 5 (highest).</summary>
    ChineseGrade,

    /// <summary>Antecedent rain, mm.</summary>
    AntecedentRain,
}

/// <summary>Compares an index of the weather of days with limits, once a day.</summary>
public sealed record FireWeatherRule : Rule
{
    /// <summary>Which index.</summary>
    public required DailyIndex Index { get; init; }

    /// <summary>When the weather of a day is taken.</summary>
    public required ObservationHour Observed { get; init; }

    /// <summary>The datastreams beside the watched one: a quantity of the same station, or <c>gateway/name</c>.</summary>
    public string Humidity { get; init; } = "humidity";

    /// <summary>As <see cref="Humidity"/>.</summary>
    public string Wind { get; init; } = "wind-speed";

    /// <summary>As <see cref="Humidity"/>.</summary>
    public string Rain { get; init; } = "rain";

    /// <summary>What the Canadian codes begin with.</summary>
    public FireWeatherCodes Start { get; init; } = FireWeatherCodes.Start;

    /// <summary>The constant of equations 1 and 10 of the Canadian report.</summary>
    public double FineFuelScale { get; init; } = CanadianFireWeather.ScaleOfReport;

    /// <summary>What is left of the antecedent rain after a day.</summary>
    public double Share { get; init; } = 0.85;

    /// <summary>How many days must have been worked out before one raises or ends anything.</summary>
    public int LeastDays { get; init; }

    /// <summary>On which side of a limit a value is bad.</summary>
    public LimitDirection Direction { get; init; }

    /// <summary>The limits.</summary>
    public required LevelLimits Limits { get; init; }

    /// <summary>How far inside a limit the value must be to let the level go.</summary>
    public double ClearMargin { get; init; }

    /// <summary>True for one that the station's latitude and wind, temperature and humidity go into.</summary>
    internal bool IsCanadian => Index < DailyIndex.ChineseGrade;

    /// <summary>True when both work out the same from the same weather.</summary>
    internal bool HasSameIndex(FireWeatherRule other) =>
        Index == other.Index && Observed == other.Observed && Start == other.Start && FineFuelScale.Equals(other.FineFuelScale) && Share.Equals(other.Share)
        && Humidity == other.Humidity && Wind == other.Wind && Rain == other.Rain;
}
