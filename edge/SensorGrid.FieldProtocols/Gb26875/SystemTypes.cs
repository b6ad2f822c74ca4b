namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>系统类型 (GB/T 26875.3-2011, 8.2.1.1). 2 to 9 and 25 to 127 are reserved, 128 to 255 a maker's own.</summary>
public static class SystemTypes
{
    private static readonly Dictionary<byte, CodeWord> Words = new()
    {
        [0] = new("general", "通用"),
        [1] = new("fire alarm", "火灾报警"),
        [10] = new("linkage controller", "消防联动控制器"),
        [11] = new("hydrant", "消火栓"),
        [12] = new("sprinkler", "自动喷水灭火"),
        [13] = new("gas extinguishing", "气体灭火"),
        [14] = new("water spray, pump", "水喷雾(泵启动)"),
        [15] = new("water spray, pressure vessel", "水喷雾(压力容器启动)"),
        [16] = new("foam", "泡沫"),
        [17] = new("dry powder", "干粉"),
        [18] = new("smoke control", "防烟排烟"),
        [19] = new("fire doors and shutters", "防火门及卷帘"),
        [20] = new("fire lift", "消防电梯"),
        [21] = new("emergency broadcast", "消防应急广播"),
        [22] = new("emergency lighting and signs", "应急照明和疏散指示"),
        [23] = new("fire power supply", "消防电源"),
        [24] = new("fire telephone", "消防电话"),
    };

    /// <summary>The codes that the table holds.</summary>
    public static IReadOnlyCollection<byte> Codes => Words.Keys;

    /// <summary>What a code means; of one that the table does not hold, whether it is reserved or a maker's own.</summary>
    public static CodeWord Of(byte code) => Words.TryGetValue(code, out var word) ? word : CodeWord.OfUnlisted(code);
}
