namespace SensorGrid.Rules.FireWeather;

/// <summary>How wet the forest floor is: the three codes of the Canadian Forest Fire Weather Index that carry over from day to day.</summary>
/// <param name="FineFuelMoisture">FFMC: litter and fine fuels, 0 (wet) to 101.</param>
/// <param name="DuffMoisture">DMC: loose layers some centimetres deep, 0 upwards.</param>
/// <param name="Drought">DC: deep layers, 0 upwards.</param>
public readonly record struct FireWeatherCodes(double FineFuelMoisture, double DuffMoisture, double Drought)
{
    /// <summary>What a season begins with, three days after the snow has gone or after good rain.</summary>
    public static FireWeatherCodes Start => new(85, 6, 15);
}

/// <summary>The weather of one day as the index takes it.</summary>
/// <param name="Month">Month, 1 to 12.</param>
/// <param name="Latitude">Degrees north: the length of the day depends on it.</param>
/// <param name="Temperature">Degrees Celsius at noon, local standard time.</param>
/// <param name="Humidity">Relative humidity at noon, %.</param>
/// <param name="WindKilometresPerHour">Mean of ten minutes at noon, 10 m above ground, in km/h; m/s would halve the index.</param>
/// <param name="RainMillimetres">Rain of the 24 hours to noon, mm.</param>
public readonly record struct FireWeatherDay(
    int Month, double Latitude, double Temperature, double Humidity, double WindKilometresPerHour, double RainMillimetres);

/// <summary>All components of the index on one day.</summary>
/// <param name="Codes">FFMC, DMC, DC: what the next day begins with.</param>
/// <param name="InitialSpread">ISI: how fast a fire spreads at first.</param>
/// <param name="Buildup">BUI: how much there is to burn.</param>
/// <param name="FireWeather">FWI: how intense a front burns.</param>
/// <param name="DailySeverity">DSR: how hard it is to fight; may be averaged over days.</param>
public readonly record struct FireWeatherIndices(
    FireWeatherCodes Codes, double InitialSpread, double Buildup, double FireWeather, double DailySeverity);
