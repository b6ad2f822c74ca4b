namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>The event counters of function 50H: how often each thing has happened.</summary>
public static class Sl651Events
{
    /// <summary>Counters in a frame.</summary>
    public const int Count = 32;

    private static readonly string[] Texts =
    [
        "history cleared", "parameters changed", "status changed", "sensor or instrument fault", "password changed", "terminal fault", "mains lost",
        "battery low", "cabinet opened", "pump fault", "remaining water limit", "level limit", "pressure limit", "water-quality limit", "data error",
        "frames sent", "frames received", "send errors",
    ];

    /// <summary>What ERC 1 to 32 counts; empty for the spare ones.</summary>
    public static string TextOf(int number) => number <= Texts.Length ? Texts[number - 1] : "";
}
