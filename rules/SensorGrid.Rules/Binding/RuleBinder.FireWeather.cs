using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.FireWeather;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

// Rules about the weather of days: they watch one datastream of a station, and need others of it.
internal sealed partial class RuleBinder
{
    private const double KilometresPerHour = 3.6;

    private void BindFireWeather(FireWeatherRule rule, List<DatastreamDefinition> matched)
    {
        references ??= new(catalogue, messages);
        foreach (var datastream in matched)
        {
            if (WeatherOf(rule, datastream) is not { } plan)
                continue;
            var scope = Scope(rule, datastream, datastream.Id) with
            {
                Limits = rule.Limits, Direction = rule.Direction, Unit = rule.Index == DailyIndex.AntecedentRain ? "mm" : null,
            };
            take(new([scope], datastream.Key, datastream.Key.Gateway, Weather: plan));
        }
    }

    private WeatherPlan? WeatherOf(FireWeatherRule rule, DatastreamDefinition datastream)
    {
        if (rule.Index == DailyIndex.AntecedentRain)
            return IsIn(rule, "the rain", datastream, "mm") ? new(WeatherElement.Rain, [], 1, double.NaN) : null;
        double? latitude = datastream.Station is { } station ? (station.Location ?? station.Site?.Location)?.Latitude : null;
        if (rule.IsCanadian && latitude is null)
        {
            messages.Add(rule.Position.Warning(
                $"rule '{rule.Id}' does not watch '{datastream.Id}': the length of the day goes by latitude, and it has no station with a 'location'"));
            return null;
        }
        // All three are looked for, so that all that is missing is said at once.
        var humidity = references!.Find(rule, datastream, rule.Humidity);
        var wind = references.Find(rule, datastream, rule.Wind);
        var rain = references.Find(rule, datastream, rule.Rain);
        if (humidity is null || wind is null || rain is null)
            return null;
        bool fits = IsIn(rule, "the temperature", datastream, "Cel") & IsIn(rule, "the humidity", humidity, "%RH", "%")
            & IsIn(rule, "the wind", wind, "m/s", "km/h") & IsIn(rule, "the rain", rain, "mm");
        double factor = (rule.IsCanadian, wind.UnitName) switch
        {
            (true, "m/s") => KilometresPerHour,
            (false, "km/h") => 1 / KilometresPerHour,
            _ => 1,
        };
        return !fits ? null : new(
            WeatherElement.Temperature,
            [(WeatherElement.Humidity, humidity.Key), (WeatherElement.Wind, wind.Key), (WeatherElement.Rain, rain.Key)],
            factor,
            latitude ?? double.NaN);
    }

    private bool IsIn(Rule rule, string what, DatastreamDefinition datastream, params ReadOnlySpan<string> units)
    {
        if (units.Contains(datastream.UnitName))
            return true;
        messages.Add(rule.Position.Error(
            $"rule '{rule.Id}' takes {what} from '{datastream.Id}', which is in '{datastream.UnitName}'; it must be in {string.Join(" or ", units)}"));
        return false;
    }
}
