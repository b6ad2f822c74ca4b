namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>The configuration parameters of 附录 D. The function code (40H to 43H, 49H) decides that identifiers mean these and not elements.</summary>
public static class Sl651Parameters
{
    /// <summary>Identifier of the password, which is never handed on as a reading.</summary>
    public const int Password = 0x03;

    /// <summary>Identifier of the base value of the first relative level.</summary>
    public const int FirstLevelBase = 0x28;

    private static readonly Sl651Element[] Short = BuildShort();
    private static readonly Sl651Element[] Long = [.. Enumerable.Range(0xFF00, 256).Select(code => Make(code, "", "", 0, isKnown: false))];

    /// <summary>All that the standard names, in the order of their identifiers.</summary>
    public static IEnumerable<Sl651Element> Known => Short.Where(parameter => parameter.Field.IsKnown);

    /// <summary>Parameter of an identifier; its readings are called <c>cfg.</c> and the hex digits.</summary>
    /// <param name="code">00 to FF, or FF00 to FFFF.</param>
    public static Sl651Element Of(int code) => code > 0xFF ? Long[code & 0xFF] : Short[code];

    /// <summary>True for those that hold no number: addresses, password, channels, the bit map, the relay's range, the identity (01 to 0B, 0D to 0F).</summary>
    public static bool IsBinary(int code) => code is >= 0x01 and <= 0x0F and not 0x0C;

    private static Sl651Element[] BuildShort()
    {
        var parameters = new Sl651Element?[256];
        foreach (var (code, quantity, unit, definition) in Sl651ParameterTable.Rows)
            parameters[code] = Make(code, quantity, unit, definition, isKnown: true);
        for (int code = 0; code < 256; code++)
            parameters[code] ??= Make(code, "", "", 0, isKnown: false);
        return parameters!;
    }

    private static Sl651Element Make(int code, string quantity, string unit, byte definition, bool isKnown)
    {
        string text = Sl651Element.TextOf(code);
        return new(code, text, new(definition), new(text, "cfg." + text, quantity, unit, unit, isKnown: isKnown));
    }
}
