using System.Globalization;
using SensorGrid.Readings.Time;

namespace SensorGrid.FieldProtocols.Sessions;

/// <summary>An argument that is none.</summary>
internal sealed class BadArgumentException(string message, string? argument = null) : Exception(message)
{
    /// <summary>Which, as the command's form names it; null when it has no place there.</summary>
    public string? Argument { get; } = argument;
}

/// <summary>The arguments of one command, taken one by one.</summary>
internal sealed class CommandArguments(IReadOnlyList<string> arguments)
{
    private int next;

    /// <summary>Arguments left.</summary>
    public int Left => arguments.Count - next;

    public string Text(string what) => next < arguments.Count ? arguments[next++] : throw new BadArgumentException($"{what} is missing.", what);

    public string? OptionalText() => next < arguments.Count ? arguments[next++] : null;

    public long Time(string what)
    {
        string text = Text(what);
        return UtcTimeText.TryParse(text, out var time) ? time.UtcTicks : throw new BadArgumentException($"{what} '{text}' is not a time such as 2026-07-01T08:00:00+08:00.", what);
    }

    public (long FromTicks, long UntilTicks) Period()
    {
        var period = (Time("FROM"), Time("UNTIL"));
        return period.Item1 < period.Item2 ? period : throw new BadArgumentException("FROM is before UNTIL.", "UNTIL");
    }

    public int Number(string what, int least, int most)
    {
        string text = Text(what);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new BadArgumentException($"{what} '{text}' is not a whole number from {least} to {most}.", what);
    }

    public bool OnOrOff() => Text("STATE") switch
    {
        "on" => true,
        "off" => false,
        var other => throw new BadArgumentException($"'{other}' is neither on nor off.", "STATE"),
    };

    /// <summary>All that are left, at least one.</summary>
    public IEnumerable<string> Rest(string what)
    {
        yield return Text(what);
        while (next < arguments.Count)
            yield return arguments[next++];
    }

    public void End()
    {
        if (Left > 0)
            throw new BadArgumentException($"'{arguments[next]}' is one argument too many.");
    }
}
