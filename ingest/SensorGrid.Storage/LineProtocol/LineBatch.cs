using System.Buffers;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>Lines that wait to be sent, one after the other in one buffer, each with the log record it came from. Reused. Its owner bounds it.</summary>
internal sealed class LineBatch
{
    private readonly ArrayBufferWriter<byte> bytes = new(64 * 1024);
    private readonly List<(int End, long Sequence)> lines = [];

    /// <summary>Where the next line is written; <see cref="EndLine"/> takes it in.</summary>
    public IBufferWriter<byte> Buffer => bytes;

    /// <summary>Number of lines.</summary>
    public int Count => lines.Count;

    /// <summary>Bytes of all lines.</summary>
    public int Bytes => bytes.WrittenCount;

    /// <summary>Takes in what was written since the last line.</summary>
    public void EndLine(long sequence) => lines.Add((bytes.WrittenCount, sequence));

    /// <summary>The bytes of a run of lines.</summary>
    public ReadOnlyMemory<byte> Slice(int first, int count) => bytes.WrittenMemory[StartOf(first)..StartOf(first + count)];

    /// <summary>One line, its line end not included.</summary>
    public ReadOnlySpan<byte> Line(int index) => Slice(index, 1).Span.TrimEnd((byte)'\n');

    /// <summary>The log record a line came from.</summary>
    public long SequenceOf(int index) => lines[index].Sequence;

    /// <summary>Forgets the lines, keeps the buffer.</summary>
    public void Clear()
    {
        lines.Clear();
        bytes.ResetWrittenCount();
    }

    private int StartOf(int index) => index == 0 ? 0 : lines[index - 1].End;
}
