using System.Globalization;
using System.Text;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

/// <summary>Packs that are mostly well-formed and often meaningful, so that the rules behind the grammar are reached.</summary>
internal static class RandomPack
{
    private static readonly string[] Names = ["stage", "rain:1h", "gps", "a", "", "urn:dev:ow:10e2", "-x", "0", "Az3-:./_", "\\u0061b", "x y", "temp\\/1"];
    private static readonly string[] Units = ["m", "mm", "Cel", "lat", "lon", "degC", "", "%RH", "\\u006d", "beat/min", "meters-per-second"];
    private static readonly string[] Datas = ["q83v", "abc", "aGkgCg", "aGkgCg==", "a+b/", "a", "", "=", "ab=", "a b1", "----", "ab=="];
    private static readonly string[] Texts = ["Machine Room", "", "\\\"x\\\"", "\u4e2d\u6587", "\\ud83d\\ude00", "\\ud83d", "tab\\t", "\\/"];
    private static readonly string[] Others = ["1", "\"a\"", "null", "[]", "{}", "[1,2]", "{\"a\":1}", "[[]]", "{\"a\":{}}", "true"];

    public static string Make(Random random)
    {
        var json = new StringBuilder("[");
        int records = random.Next(0, 6);
        bool named = random.Next(4) != 0;
        for (int i = 0; i < records; i++)
        {
            json.Append(i == 0 ? "" : ",");
            Record(random, json, named && i == 0);
        }
        return json.Append(']').ToString();
    }

    private static void Record(Random random, StringBuilder json, bool withBaseName)
    {
        var fields = new List<string>();
        if (withBaseName)
            fields.Add("\"bn\":\"gw1/\"");
        else if (random.Next(3) != 0)
            fields.Add($"\"n\":\"{Names[random.Next(random.Next(3) == 0 ? Names.Length : 4)]}\"");
        if (random.Next(10) != 0)
            fields.Add(Value(random));
        Sometimes(random, fields, 3, () => $"\"t\":{Time(random)}");
        Sometimes(random, fields, 3, () => $"\"u\":\"{Units[random.Next(Units.Length)]}\"");
        Sometimes(random, fields, 10, () => $"\"bt\":{Time(random)}");
        Sometimes(random, fields, 10, () => $"\"bu\":\"{Units[random.Next(Units.Length)]}\"");
        Sometimes(random, fields, 12, () => $"\"bv\":{Number(random)}");
        Sometimes(random, fields, 20, () => $"\"bs\":{Number(random)}");
        Sometimes(random, fields, 12, () => $"\"s\":{Number(random)}");
        Sometimes(random, fields, 12, () => $"\"ut\":{Number(random)}");
        Sometimes(random, fields, 30, () => $"\"bver\":{random.Next(4) switch { 0 => "10", 1 => "26", 2 => random.Next(40).ToString(CultureInfo.InvariantCulture), _ => "5" }}");
        Sometimes(random, fields, 40, () => $"\"bn\":\"{Names[random.Next(Names.Length)]}\"");
        Sometimes(random, fields, 15, () => $"\"x{random.Next(3)}\":{Others[random.Next(random.Next(4) == 0 ? Others.Length : 7)]}");
        Sometimes(random, fields, 60, () => "\"y_\":1");
        Sometimes(random, fields, 40, () => Value(random));
        for (int i = fields.Count - 1; i > 0; i--)
        {
            int other = random.Next(i + 1);
            (fields[i], fields[other]) = (fields[other], fields[i]);
        }
        string blank = random.Next(3) == 0 ? " \n" : "";
        json.Append('{').Append(blank).AppendJoin("," + blank, fields).Append('}');
    }

    private static void Sometimes(Random random, List<string> fields, int oneIn, Func<string> field)
    {
        if (random.Next(oneIn) == 0)
            fields.Add(field());
    }

    private static string Value(Random random) => random.Next(8) switch
    {
        0 => $"\"vb\":{(random.Next(2) == 0 ? "true" : "false")}",
        1 => $"\"vs\":\"{Texts[random.Next(random.Next(6) == 0 ? Texts.Length : 5)]}\"",
        2 => $"\"vd\":\"{Datas[random.Next(random.Next(4) == 0 ? Datas.Length : 5)]}\"",
        3 when random.Next(8) == 0 => $"\"v\":{Others[random.Next(Others.Length)]}",
        _ => $"\"v\":{Number(random)}",
    };

    private static string Number(Random random) => random.Next(7) switch
    {
        0 => random.Next(-1000, 1000).ToString(CultureInfo.InvariantCulture),
        1 => (random.NextDouble() * 100).ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'),
        2 => $"{random.Next(-50, 50)}.{random.NextInt64(1_000_000_000_000)}{random.NextInt64(1_000_000_000_000)}",
        3 => $"{random.Next(1, 99)}e{random.Next(-330, 310)}",
        4 => $"{random.NextInt64()}{random.NextInt64()}E-{random.Next(40)}",
        5 => BitConverter.Int64BitsToDouble(random.NextInt64()) is var any && double.IsFinite(any) ? any.ToString("R", CultureInfo.InvariantCulture) : "0",
        _ => $"{random.Next(30)}.{random.Next(100)}",
    };

    private static string Time(Random random) => random.Next(9) switch
    {
        0 => random.Next(-86400, 1).ToString(CultureInfo.InvariantCulture),
        1 => $"-{random.Next(100)}.{random.Next(10_000_000)}",
        2 => random.Next(1_000_000_000, int.MaxValue).ToString(CultureInfo.InvariantCulture),
        3 => $"{random.Next(1_000_000_000, int.MaxValue)}.{random.Next(1_000_000_000)}{random.Next(1_000_000_000)}",
        4 => $"1.{random.Next(1_000_000_000)}e9",
        5 => $"{268435455 + random.Next(2)}.{random.Next(3) switch { 0 => "9999995", 1 => "99999949", _ => "5" }}",
        6 => $"{random.NextInt64(400_000_000_000)}",
        7 => $"{random.Next(99)}e{random.Next(-12, 13)}",
        _ => "0",
    };
}
