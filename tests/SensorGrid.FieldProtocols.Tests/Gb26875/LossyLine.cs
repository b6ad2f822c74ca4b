using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Gb26875;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

/// <summary>One direction of a line that cuts, loses, repeats and spoils what goes through it.</summary>
internal sealed class LossyLine
{
    private static readonly Gb26875FrameScanner Scanner = new();
    private readonly LinkedList<(byte[] Bytes, bool IsWhole)> way = [];
    private readonly List<byte> arrived = [];

    public int PiecesUnderWay => way.Count;

    /// <summary>What arrived and is no whole packet yet.</summary>
    public int BytesHeld => arrived.Count;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
            way.AddLast((bytes.ToArray(), true));
    }

    /// <summary>What happens to the piece that is next: 0 arrives, 1 half of it, 2 is lost, 3 comes twice, 4 is spoiled in one byte, 5 comes after
    /// noise.</summary>
    public void Move(int what, int at)
    {
        if (way.First is not { } first)
            return;
        way.RemoveFirst();
        var (piece, isWhole) = first.Value;
        switch (what)
        {
            case 1 when piece.Length > 1:
                int cut = 1 + at % (piece.Length - 1);
                arrived.AddRange(piece[..cut]);
                way.AddFirst((piece[cut..], false));
                break;
            case 2:
            // Two bytes of one packet could make up for each other, which a plain sum does not see.
            case 4 when !isWhole:
                break;
            case 3:
                arrived.AddRange(piece);
                arrived.AddRange(piece);
                break;
            case 4:
                piece[at % piece.Length] ^= (byte)(1 + at % 255);
                arrived.AddRange(piece);
                break;
            case 5:
                arrived.AddRange([0x40, 0x40, (byte)at, 0x23]);
                arrived.AddRange(piece);
                break;
            default:
                arrived.AddRange(piece);
                break;
        }
    }

    /// <summary>The next packet that stands in what arrived.</summary>
    /// <param name="isFinal">The rest was awaited long enough.</param>
    public byte[]? Next(bool isFinal)
    {
        while (arrived.Count > 0)
        {
            var scan = Scanner.Scan(arrived.ToArray(), isFinal);
            arrived.RemoveRange(0, scan.Start);
            if (scan.Outcome == FrameScanOutcome.NeedMore)
                return null;
            if (scan.Outcome == FrameScanOutcome.Fault)
            {
                arrived.RemoveAt(0);
                continue;
            }
            byte[] packet = [.. arrived[..scan.Length]];
            arrived.RemoveRange(0, scan.Length);
            return packet;
        }
        return null;
    }

    public void Cut()
    {
        way.Clear();
        arrived.Clear();
    }
}
