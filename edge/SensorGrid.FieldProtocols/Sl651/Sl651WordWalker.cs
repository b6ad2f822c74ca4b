namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Goes through an ASCII body behind serial and send time, word by word (6.4): words and values with blanks between. Behind <c>RGZS</c> and
/// <c>PIC</c> everything up to the end is one word.</summary>
public ref struct Sl651WordWalker
{
    private readonly ReadOnlySpan<byte> body;
    private int at;
    private bool isRawNext;

    /// <param name="body">Body behind serial and send time.</param>
    public Sl651WordWalker(ReadOnlySpan<byte> body) => this.body = body;

    /// <summary>The word after <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>Where it begins, from the beginning of the body.</summary>
    public int Offset { get; private set; }

    /// <summary>Goes to the next word.</summary>
    public bool MoveNext()
    {
        if (isRawNext)
            return TakeRest();
        while (at < body.Length && body[at] == (byte)' ')
            at++;
        if (at == body.Length)
            return false;
        int length = body[at..].IndexOf((byte)' ');
        length = length < 0 ? body.Length - at : length;
        Current = body.Slice(at, length);
        Offset = at;
        at += length;
        isRawNext = Current.SequenceEqual("RGZS"u8) || Current.SequenceEqual("PIC"u8);
        return true;
    }

    private bool TakeRest()
    {
        isRawNext = false;
        // One blank parts the name from what is raw.
        at = Math.Min(at + 1, body.Length);
        Current = body[at..];
        Offset = at;
        at = body.Length;
        return Current.Length > 0;
    }
}
