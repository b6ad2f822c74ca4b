using System.Runtime.CompilerServices;
using System.Text;
using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols;

/// <summary>What one frame says, in the same shape for all protocols. Reused: <see cref="Clear"/> keeps its buffers, so that a warm frame is
/// filled without allocating. Good items stand in <see cref="Readings"/> even when others are listed in <see cref="Problems"/>. Not thread-safe.</summary>
public sealed class FieldFrame
{
    /// <summary>Most problems kept of one frame; further ones are only counted.</summary>
    public const int MaxProblems = 32;

    private FieldReading[] readings = new FieldReading[16];
    private FieldProblem[] problems = new FieldProblem[4];
    private int keptProblems;
    private byte[] text = [];
    private int textLength;

    /// <summary>Which protocol it is of.</summary>
    public FieldProtocol Protocol { get; set; }

    /// <summary>Station address, MN or device address as people write it: the gateway's id here. Taken from a bounded memory of the reader.</summary>
    public string Station { get; set; } = "";

    /// <summary>Function or command code as people write it, e.g. <c>32</c>, <c>2011</c>.</summary>
    public string Function { get; set; } = "";

    /// <summary>Serial number of the exchange; null when the protocol or the frame has none.</summary>
    public long? Serial { get; set; }

    /// <summary>When the sender says it sent it, UTC ticks; null when it says nothing usable.</summary>
    public long? SentAtTicks { get; set; }

    /// <summary>The values.</summary>
    public ReadOnlySpan<FieldReading> Readings => readings.AsSpan(0, ReadingCount);

    /// <summary>The values, for a reader that learns of their quality and time behind them.</summary>
    internal Span<FieldReading> Added => readings.AsSpan(0, ReadingCount);

    /// <summary>Number of values.</summary>
    public int ReadingCount { get; private set; }

    /// <summary>What could not be used, at most <see cref="MaxProblems"/>.</summary>
    public ReadOnlySpan<FieldProblem> Problems => problems.AsSpan(0, keptProblems);

    /// <summary>Number of problems, those that were not kept too.</summary>
    public int ProblemCount { get; private set; }

    /// <summary>Forgets everything, keeps the buffers.</summary>
    public void Clear()
    {
        Station = Function = "";
        Serial = SentAtTicks = null;
        ReadingCount = ProblemCount = keptProblems = textLength = 0;
    }

    /// <summary>Adds a value.</summary>
    public void Add(in FieldReading reading) => Add(reading.Element, reading.Value, reading.ObservedAtTicks, reading.Quality, reading.Kind);

    /// <summary>Adds a value by its parts, which stand in registers then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(FieldElement element, double value, long observedAtTicks, Quality quality, ReadingKind kind)
    {
        int count = ReadingCount;
        var places = readings;
        if ((uint)count >= (uint)places.Length)
            places = Grow();
        ReadingCount = count + 1;
        ref var place = ref places[count];
        // Most frames have the same element here as the one before: a reference written tells the collector, which takes longer than all the rest.
        if (!ReferenceEquals(place.Element, element))
            place.Element = element;
        place.Value = value;
        place.ObservedAtTicks = observedAtTicks;
        place.Quality = quality;
        place.Kind = kind;
    }

    private FieldReading[] Grow()
    {
        Array.Resize(ref readings, readings.Length * 2);
        return readings;
    }

    /// <summary>Adds a value that is a text.</summary>
    /// <param name="element">What it is.</param>
    /// <param name="utf8">Its UTF-8 bytes, at most 65,535; copied.</param>
    /// <param name="observedAtTicks">When it was true, UTC ticks.</param>
    /// <param name="quality">How far it may be trusted.</param>
    public void AddText(FieldElement element, ReadOnlySpan<byte> utf8, long observedAtTicks, Quality quality = Quality.Good)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(utf8.Length, ushort.MaxValue);
        if (textLength + utf8.Length > text.Length)
            Array.Resize(ref text, Math.Max(textLength + utf8.Length, Math.Max(256, text.Length * 2)));
        utf8.CopyTo(text.AsSpan(textLength));
        Add(new(element, ((long)textLength << 16) | (uint)utf8.Length, observedAtTicks, quality, ReadingKind.Text));
        textLength += utf8.Length;
    }

    /// <summary>The UTF-8 of a text value of this frame.</summary>
    public ReadOnlySpan<byte> GetTextUtf8(in FieldReading reading)
    {
        long handle = (long)reading.Value;
        return text.AsSpan((int)(handle >> 16), (int)(handle & 0xFFFF));
    }

    /// <summary>A text value of this frame.</summary>
    public string GetText(in FieldReading reading) => Encoding.UTF8.GetString(GetTextUtf8(reading));

    /// <summary>Notes what could not be used.</summary>
    public void AddProblem(string code, int offset, string? detail = null)
    {
        ProblemCount++;
        if (keptProblems == MaxProblems)
            return;
        if (keptProblems == problems.Length)
            Array.Resize(ref problems, Math.Min(MaxProblems, keptProblems * 2));
        problems[keptProblems++] = new(code, offset, detail);
    }
}
