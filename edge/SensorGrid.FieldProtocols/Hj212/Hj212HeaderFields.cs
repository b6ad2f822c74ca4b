namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>The fields that the standard has before the data area (6.3.2, table 3).</summary>
public enum Hj212HeaderField : byte
{
    /// <summary>None of the standard's.</summary>
    Other,

    /// <summary>Request number 请求编码.</summary>
    Qn,

    /// <summary>System code 系统编码.</summary>
    St,

    /// <summary>Command code 命令编码.</summary>
    Cn,

    /// <summary>Password 访问密码.</summary>
    Pw,

    /// <summary>Device id 设备唯一标识.</summary>
    Mn,

    /// <summary>Flag 标志位.</summary>
    Flag,

    /// <summary>Number of packets 总包数.</summary>
    Pnum,

    /// <summary>Packet number 包号.</summary>
    Pno,
}

/// <summary>Walks the fields of a header in the order they came, those of makers too. A comma separates as a semicolon does: examples of the standard have it.</summary>
public ref struct Hj212HeaderFields
{
    private ReadOnlySpan<byte> rest;

    /// <param name="header">A segment's text before <c>CP</c>.</param>
    public Hj212HeaderFields(ReadOnlySpan<byte> header) => rest = header;

    /// <summary>Which field of the standard it is.</summary>
    public Hj212HeaderField Field { get; private set; }

    /// <summary>Name as it came.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Value as it came, without blanks around.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next field; false when there is none.</summary>
    public bool MoveNext()
    {
        while (!rest.IsEmpty)
        {
            // Names are of two to four letters: sooner looked through than searched.
            int equals = 0;
            while (equals < rest.Length && rest[equals] is not ((byte)'=' or (byte)';' or (byte)','))
                equals++;
            int end = equals < rest.Length && rest[equals] == '=' ? EndOf(rest, equals + 1) : equals;
            var field = rest[..end];
            rest = rest[Math.Min(end + 1, rest.Length)..];
            if (equals == 0 || equals == end)
                continue;
            Name = Hj212PairReader.Trim(field[..equals]);
            Value = Hj212PairReader.Trim(field[(equals + 1)..]);
            Field = FieldOf(Name);
            return true;
        }
        return false;
    }

    private static int EndOf(ReadOnlySpan<byte> rest, int from)
    {
        int end = rest[from..].IndexOfAny((byte)';', (byte)',');
        return end < 0 ? rest.Length : from + end;
    }

    private static Hj212HeaderField FieldOf(ReadOnlySpan<byte> name)
    {
        if (name.Length is < 2 or > 4)
            return Hj212HeaderField.Other;
        uint word = 0;
        foreach (byte letter in name)
            word = (word << 8) | (uint)(letter & ~0x20);
        return word switch
        {
            ('Q' << 8) | 'N' => Hj212HeaderField.Qn,
            ('S' << 8) | 'T' => Hj212HeaderField.St,
            ('C' << 8) | 'N' => Hj212HeaderField.Cn,
            ('P' << 8) | 'W' => Hj212HeaderField.Pw,
            ('M' << 8) | 'N' => Hj212HeaderField.Mn,
            ('F' << 24) | ('L' << 16) | ('A' << 8) | 'G' => Hj212HeaderField.Flag,
            ('P' << 24) | ('N' << 16) | ('U' << 8) | 'M' => Hj212HeaderField.Pnum,
            ('P' << 16) | ('N' << 8) | 'O' => Hj212HeaderField.Pno,
            _ => Hj212HeaderField.Other,
        };
    }
}
