using System.CommandLine;
using System.Globalization;
using SensorGrid.Readings.Time;

namespace SensorGrid.Edge.Agent;

/// <summary>The three options of a simulated clock. Given together or not at all: now = start + (wall − origin) × speed.</summary>
internal sealed class AgentClock
{
    private readonly Option<string?> start = new("--clock-start") { HelpName = "TIME", Description = "Simulated clock: the simulated time at --clock-origin (RFC 3339)." };
    private readonly Option<string?> origin = new("--clock-origin") { HelpName = "TIME", Description = "Simulated clock: the real time at which --clock-start was (RFC 3339)." };
    private readonly Option<string?> speed = new("--clock-speed") { HelpName = "N", Description = "Simulated clock: simulated seconds in one real second." };

    public void AddTo(Command command)
    {
        command.Options.Add(start);
        command.Options.Add(origin);
        command.Options.Add(speed);
        command.Validators.Add(result =>
        {
            string?[] given = [result.GetValue(start), result.GetValue(origin), result.GetValue(speed)];
            if (given.All(value => value is null))
                return;
            if (given.Any(value => value is null))
                result.AddError("--clock-start, --clock-origin and --clock-speed go together: give all three or none.");
            else if (!TryTime(given[0], out _) || !TryTime(given[1], out _))
                result.AddError("--clock-start and --clock-origin are times such as 2026-01-02T07:00:00+08:00.");
            else if (!TrySpeed(given[2], out _))
                result.AddError("--clock-speed is a number above 0.");
        });
    }

    public TimeProvider Create(ParseResult parsed, TimeProvider wall) =>
        TryTime(parsed.GetValue(start), out var from) && TryTime(parsed.GetValue(origin), out var at) && TrySpeed(parsed.GetValue(speed), out double factor)
            ? new ScaledTimeProvider(wall, from, at, factor)
            : wall;

    private static bool TryTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private static bool TrySpeed(string? text, out double speed) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out speed) && double.IsFinite(speed) && speed > 0;
}
