using System.Buffers;
using System.Globalization;
using System.Text;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Builds a data area (6.3.3) item by item, and remembers where items begin, so that a long one can be cut between them. Its buffers are reused. What is
/// refused leaves the area as it was.</summary>
public sealed class Hj212AreaWriter
{
    private readonly ArrayBufferWriter<byte> bytes = new(1024);
    private readonly List<int> itemStarts = [];
    private bool startsItem = true;

    /// <summary>The area so far.</summary>
    public ReadOnlySpan<byte> Area => bytes.WrittenSpan;

    /// <summary>Number of items.</summary>
    public int ItemCount => itemStarts.Count;

    /// <summary>Forgets everything, keeps the buffers.</summary>
    public void Clear()
    {
        bytes.ResetWrittenCount();
        itemStarts.Clear();
        startsItem = true;
    }

    /// <summary>The next pair begins a new item; without it pairs go into the same one.</summary>
    public Hj212AreaWriter NextItem()
    {
        startsItem = true;
        return this;
    }

    /// <summary>Adds a pair.</summary>
    public Hj212WriteError Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var error = CheckKey(key);
        if (error == Hj212WriteError.None && (value.StartsWith("//"u8) || !IsPlainText(value)))
            error = Hj212WriteError.ForbiddenSign;
        if (error == Hj212WriteError.None)
            Append(key, value, isLog: false);
        return error;
    }

    /// <summary>Adds a pair.</summary>
    public Hj212WriteError Add(string key, string value) => Add(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));

    /// <summary>Adds a number as it is, with the digits behind the point that it has.</summary>
    public Hj212WriteError Add(string key, decimal value) => Add(key, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a time, to the second.</summary>
    /// <param name="key">Key.</param>
    /// <param name="utcTicks">The time, UTC ticks; written in Beijing time.</param>
    public Hj212WriteError AddTime(string key, long utcTicks) => Add(key, Hj212Time.ToText(utcTicks));

    /// <summary>Adds a log between <c>//</c> and <c>//</c>: anything but those, in UTF-8.</summary>
    public Hj212WriteError AddLog(string key, string text)
    {
        byte[] name = Encoding.UTF8.GetBytes(key);
        byte[] value = Encoding.UTF8.GetBytes(text);
        var error = CheckKey(name);
        if (error == Hj212WriteError.None && (value.AsSpan().IndexOf("//"u8) >= 0 || value.AsSpan().EndsWith("/"u8)))
            error = Hj212WriteError.LogHoldsItsEnd;
        if (error == Hj212WriteError.None)
            Append(name, value, isLog: true);
        return error;
    }

    /// <summary>An item with everything in it.</summary>
    internal ReadOnlySpan<byte> Item(int index)
    {
        int end = index + 1 < itemStarts.Count ? itemStarts[index + 1] - 1 : bytes.WrittenCount;
        return bytes.WrittenSpan[itemStarts[index]..end];
    }

    /// <summary>Signs that may stand where the standard separates by others.</summary>
    internal static bool IsPlainText(ReadOnlySpan<byte> text) =>
        !text.ContainsAnyInRange((byte)0, (byte)0x1F) && !text.ContainsAny((byte)';', (byte)',') && text.IndexOf("&&"u8) < 0 &&
        (text.IsEmpty || (text[0] != ' ' && text[^1] is not ((byte)' ' or (byte)'&')));

    private static Hj212WriteError CheckKey(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            return Hj212WriteError.EmptyKey;
        return IsPlainText(key) && !key.Contains((byte)'=') ? Hj212WriteError.None : Hj212WriteError.ForbiddenSign;
    }

    private void Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isLog)
    {
        if (startsItem)
        {
            if (bytes.WrittenCount > 0)
                bytes.Write(";"u8);
            itemStarts.Add(bytes.WrittenCount);
        }
        else
        {
            bytes.Write(","u8);
        }
        startsItem = false;
        bytes.Write(key);
        bytes.Write("="u8);
        if (isLog)
            bytes.Write("//"u8);
        bytes.Write(value);
        if (isLog)
            bytes.Write("//"u8);
    }
}
