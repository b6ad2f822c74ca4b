namespace SensorGrid.Rules.FireWeather;

/// <summary>The Canadian Forest Fire Weather Index System: C. E. Van Wagner, Development and structure of the Canadian Forest Fire Weather Index System,
/// Forestry Technical Report 35, 1987; the equations, whose numbers stand in the code, as in C. E. Van Wagner and T. L. Pickett, Equations and FORTRAN
/// program for the Canadian Forest Fire Weather Index System, Forestry Technical Report 33, 1985. Pure: one day and the codes of the day before
/// give the next.</summary>
public static class CanadianFireWeather
{
    /// <summary>The constant of equations 1 and 10 as report 33 prints it. Later programs have 147.27723, with which FFMC and its followers are a few hundredths
    /// lower.</summary>
    public const double ScaleOfReport = 147.2;

    /// <summary>The indices of a day.</summary>
    /// <param name="yesterday">The codes of the day before, or <see cref="FireWeatherCodes.Start"/>.</param>
    /// <param name="day">The weather.</param>
    /// <param name="fineFuelScale">The constant of equations 1 and 10, when it is not that of the report.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weather cannot be: a month, a humidity or a latitude that does not exist, negative wind or rain.</exception>
    public static FireWeatherIndices Next(FireWeatherCodes yesterday, FireWeatherDay day, double fineFuelScale = ScaleOfReport)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(day.Month, 1, nameof(day));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(day.Month, 12, nameof(day));
        if (!(day.Humidity is >= 0 and <= 100 && Math.Abs(day.Latitude) <= 90 && day.WindKilometresPerHour >= 0 && day.RainMillimetres >= 0 && double.IsFinite(day.Temperature)))
            throw new ArgumentOutOfRangeException(nameof(day), day, "Humidity is 0 to 100 %, latitude -90 to 90, wind and rain are not negative, and none is missing.");
        var codes = new FireWeatherCodes(
            FineFuelMoisture(yesterday.FineFuelMoisture, day, fineFuelScale), DuffMoisture(yesterday.DuffMoisture, day), Drought(yesterday.Drought, day));
        double spread = InitialSpread(codes.FineFuelMoisture, day.WindKilometresPerHour, fineFuelScale);
        double buildup = Buildup(codes.DuffMoisture, codes.Drought);
        double index = FireWeather(spread, buildup);
        return new(codes, spread, buildup, index, 0.0272 * Math.Pow(index, 1.77)); // 41
    }

    private static double FineFuelMoisture(double before, FireWeatherDay day, double scale)
    {
        double moisture = scale * (101 - before) / (59.5 + before); // 1
        if (day.RainMillimetres > 0.5)
            moisture = Wetted(moisture, day.RainMillimetres - 0.5); // 2
        double t = day.Temperature, h = day.Humidity;
        double both = (0.18 * (21.1 - t) * (1 - Math.Exp(-0.115 * h)));
        double drying = (0.942 * Math.Pow(h, 0.679)) + (11 * Math.Exp((h - 100) / 10)) + both; // 4
        double wetting = (0.618 * Math.Pow(h, 0.753)) + (10 * Math.Exp((h - 100) / 10)) + both; // 5
        if (moisture > drying)
            moisture = drying + ((moisture - drying) * Math.Pow(10, -Rate(h / 100, day))); // 6, 8
        else if (moisture < wetting)
            moisture = wetting - ((wetting - moisture) * Math.Pow(10, -Rate((100 - h) / 100, day))); // 7, 9
        return Math.Clamp(59.5 * (250 - moisture) / (scale + moisture), 0, 101); // 10
    }

    private static double Wetted(double moisture, double rain)
    {
        double wetted = moisture + (42.5 * rain * Math.Exp(-100 / (251 - moisture)) * (1 - Math.Exp(-6.93 / rain))); // 3a
        if (moisture > 150)
            wetted += 0.0015 * Math.Pow(moisture - 150, 2) * Math.Sqrt(rain); // 3b
        return Math.Min(wetted, 250);
    }

    private static double Rate(double share, FireWeatherDay day) =>
        ((0.424 * (1 - Math.Pow(share, 1.7))) + (0.0694 * Math.Sqrt(day.WindKilometresPerHour) * (1 - Math.Pow(share, 8))))
        * 0.581 * Math.Exp(0.0365 * day.Temperature);

    private static double DuffMoisture(double before, FireWeatherDay day)
    {
        double t = Math.Max(day.Temperature, -1.1);
        double rate = 1.894 * (t + 1.1) * (100 - day.Humidity) * DayLengths.OfDuff(day.Latitude, day.Month) * 1e-6; // 16
        if (day.RainMillimetres > 1.5)
        {
            double rain = (0.92 * day.RainMillimetres) - 1.27; // 11
            double moisture = 20 + Math.Exp(5.6348 - (before / 43.43)); // 12
            double slope = before switch
            {
                <= 33 => 100 / (0.5 + (0.3 * before)), // 13a
                <= 65 => 14 - (1.3 * Math.Log(before)), // 13b
                _ => (6.2 * Math.Log(before)) - 17.2, // 13c
            };
            double wetted = moisture + (1000 * rain / (48.77 + (slope * rain))); // 14
            before = Math.Max(0, 244.72 - (43.43 * Math.Log(wetted - 20))); // 15
        }
        return before + (100 * rate); // 17
    }

    private static double Drought(double before, FireWeatherDay day)
    {
        if (day.RainMillimetres > 2.8)
        {
            double rain = (0.83 * day.RainMillimetres) - 1.27; // 18
            double wetted = (800 * Math.Exp(-before / 400)) + (3.937 * rain); // 19, 20
            before = Math.Max(0, 400 * Math.Log(800 / wetted)); // 21
        }
        double drying = (0.36 * (Math.Max(day.Temperature, -2.8) + 2.8)) + DayLengths.OfDrought(day.Latitude, day.Month); // 22
        return before + (0.5 * Math.Max(0, drying)); // 23
    }

    private static double InitialSpread(double fineFuelMoisture, double wind, double scale)
    {
        double moisture = scale * (101 - fineFuelMoisture) / (59.5 + fineFuelMoisture);
        double fuel = 91.9 * Math.Exp(-0.1386 * moisture) * (1 + (Math.Pow(moisture, 5.31) / 4.93e7)); // 25
        return 0.208 * Math.Exp(0.05039 * wind) * fuel; // 24, 26
    }

    private static double Buildup(double duff, double drought)
    {
        double deep = 0.4 * drought;
        if (duff <= deep)
            return duff + deep == 0 ? 0 : 0.8 * duff * drought / (duff + deep); // 27a
        return Math.Max(0, duff - ((1 - (0.8 * drought / (duff + deep))) * (0.92 + Math.Pow(0.0114 * duff, 1.7)))); // 27b
    }

    private static double FireWeather(double spread, double buildup)
    {
        double fuel = buildup <= 80 ? (0.626 * Math.Pow(buildup, 0.809)) + 2 : 1000 / (25 + (108.64 * Math.Exp(-0.023 * buildup))); // 28a, 28b
        double scaled = 0.1 * spread * fuel; // 29
        return scaled > 1 ? Math.Exp(2.72 * Math.Pow(0.434 * Math.Log(scaled), 0.647)) : scaled; // 30
    }
}
