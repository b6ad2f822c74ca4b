using System.Buffers;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>The station's side of a connection: sends reports one at a time, waits for the confirmation, sends again, keeps until confirmed; answers queries and
/// commands out of its own store. Pure, like the centre's side.</summary>
/// <remarks>
/// <code>
/// report under way, confirmed by serial (ACK, EOT, ESC)   done, the next one
/// packet NAK                                              that packet again, with ETX
/// no answer                                               the same bytes again, twice; then a pause, and again
/// ENQ                                                     answered from the store, or silence
/// ESC                                                     held: a keep-alive each 40 s for ten minutes
/// </code>
/// </remarks>
public sealed class Sl651StationSession
{
    private readonly Sl651StationOptions options;
    private readonly ISl651StationSide side;
    private readonly Queue<Sl651Upload> reports = new();
    private readonly Sl651BodyWriter answer;
    private int nextSerial;
    private int sent;
    private long uploadDue = long.MaxValue;
    private long keepAliveDue = long.MaxValue;
    private long heldUntil;

    // The answer sent last, as long as packets of it may be asked for again.
    private Sl651Upload? answered;

    /// <param name="options">Who it is.</param>
    /// <param name="side">Its store.</param>
    public Sl651StationSession(Sl651StationOptions options, ISl651StationSide side)
    {
        (this.options, this.side) = (options, side);
        nextSerial = options.FirstSerial;
        answer = new(options.Encoding);
    }

    /// <summary>When <see cref="Tick"/> is wanted next, UTC ticks.</summary>
    public long DueAtTicks => Math.Min(uploadDue, keepAliveDue);

    /// <summary>Reports that are not confirmed yet.</summary>
    public int Unconfirmed => reports.Count;

    /// <summary>Serial that the next report gets.</summary>
    public int NextSerial => nextSerial;

    /// <summary>Makes a report: serial, send time, and what <paramref name="write"/> puts behind.</summary>
    public Sl651Upload Make(Sl651Function function, long nowTicks, Action<Sl651BodyWriter> write)
    {
        var body = new Sl651BodyWriter(options.Encoding).Begin(TakeSerial(), nowTicks);
        write(body);
        return new(function, body.Written.ToArray());
    }

    /// <summary>Keeps a report and sends it when its turn comes; false when as many are kept as may be.</summary>
    public bool TrySend(Sl651Upload upload, long nowTicks)
    {
        if (reports.Count >= options.MaxReports)
            return false;
        reports.Enqueue(upload);
        if (reports.Count == 1)
            (sent, uploadDue) = (0, nowTicks);
        return true;
    }

    /// <summary>A new connection to the centre: what was under way is sent again at once.</summary>
    public void Connected(long nowTicks)
    {
        (sent, uploadDue, keepAliveDue, heldUntil, answered) = (0, reports.Count > 0 ? nowTicks : long.MaxValue, long.MaxValue, 0, null);
    }

    /// <summary>Takes a frame of the centre.</summary>
    /// <returns>True when something is to be sent.</returns>
    public bool Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output)
    {
        if (!Sl651FrameView.TryRead(frame, out var view, out _) || view.Header.Direction != Sl651Direction.Down || view.Header.Station != options.Address)
            return false;
        switch (view.Header.End)
        {
            case Sl651End.Enq:
                return Answer(view, nowTicks, output);
            case Sl651End.Nak:
                return SendPacketAgain(view.Header, nowTicks, output);
            case Sl651End.Ack or Sl651End.Eot or Sl651End.Esc:
                Confirm(view, nowTicks);
                return Tick(nowTicks, output);
            default:
                return false;
        }
    }

    /// <summary>Time went on: sends what is due.</summary>
    /// <returns>True when something is to be sent.</returns>
    public bool Tick(long nowTicks, IBufferWriter<byte> output)
    {
        bool hasWritten = false;
        // With M1 the next report is due as soon as this one is sent.
        while (nowTicks >= uploadDue && reports.TryPeek(out var upload))
        {
            hasWritten = true;
            SendReport(upload, nowTicks, output);
        }
        if (nowTicks >= keepAliveDue)
        {
            hasWritten = true;
            KeepAlive(nowTicks, output);
        }
        return hasWritten;
    }

    private void SendReport(Sl651Upload upload, long nowTicks, IBufferWriter<byte> output)
    {
        Sl651FrameWriter.WriteReport(output, HeadOf(upload.Function), upload.Body.Span, options.PieceBytes);
        if (!options.AwaitsConfirmation)
        {
            reports.Dequeue();
            uploadDue = reports.Count > 0 ? nowTicks : long.MaxValue;
            return;
        }
        sent++;
        bool isLast = sent > options.Resends;
        uploadDue = nowTicks + (isLast ? options.AnswerTimeout + options.RetryPause : options.AnswerTimeout).Ticks;
        if (isLast)
            sent = 0;
    }

    private void Confirm(in Sl651FrameView view, long nowTicks)
    {
        if (view.Header.End == Sl651End.Esc)
            (heldUntil, keepAliveDue) = (nowTicks + options.HoldTime.Ticks, nowTicks + options.KeepAlivePause.Ticks);
        if (answered?.Function == view.Header.Function && SerialOf(answered) == view.Serial)
        {
            answered = null;
            return;
        }
        if (!reports.TryPeek(out var upload) || upload.Function != view.Header.Function || SerialOf(upload) != view.Serial)
            return;
        reports.Dequeue();
        (sent, uploadDue) = (0, reports.Count > 0 ? nowTicks : long.MaxValue);
        side.Confirmed(upload);
    }

    private bool SendPacketAgain(in Sl651Header header, long nowTicks, IBufferWriter<byte> output)
    {
        var upload = answered?.Function == header.Function ? answered : reports.TryPeek(out var first) && first.Function == header.Function ? first : null;
        if (upload is null || !header.IsPacket)
            return false;
        int total = (upload.Body.Length + options.PieceBytes - 1) / options.PieceBytes;
        if (total != header.Total || total < 2)
            return false;
        int from = (header.Sequence - 1) * options.PieceBytes;
        var piece = upload.Body.Span.Slice(from, Math.Min(options.PieceBytes, upload.Body.Length - from));
        Sl651FrameWriter.WritePacket(output, HeadOf(upload.Function), total, header.Sequence, piece);
        if (upload != answered)
            uploadDue = nowTicks + options.AnswerTimeout.Ticks;
        return true;
    }

    private bool Answer(in Sl651FrameView request, long nowTicks, IBufferWriter<byte> output)
    {
        var function = request.Header.Function;
        answer.Begin(nextSerial, nowTicks);
        if (Sl651Functions.Shape(function, Sl651Direction.Up, Sl651End.Etx) != Sl651BodyShape.Text)
            answer.Station(options.Address, Sl651Functions.HasClass(function) ? options.StationClass : null);
        if (!side.TryAnswer(request, answer, nowTicks))
            return false;
        TakeSerial();
        answered = new(function, answer.Written.ToArray());
        Sl651FrameWriter.WriteReport(output, HeadOf(function), answered.Body.Span, options.PieceBytes);
        return true;
    }

    // 6.3: repeats the serial of the last data and does not advance it.
    private void KeepAlive(long nowTicks, IBufferWriter<byte> output)
    {
        if (nowTicks >= heldUntil)
        {
            keepAliveDue = long.MaxValue;
            return;
        }
        keepAliveDue = nowTicks + options.KeepAlivePause.Ticks;
        int last = nextSerial == 1 ? ushort.MaxValue : nextSerial - 1;
        Sl651FrameWriter.WriteConfirmation(output, HeadOf(Sl651Function.KeepAlive), last, nowTicks);
    }

    private Sl651FrameHead HeadOf(Sl651Function function) =>
        new(Sl651Direction.Up, options.Centre, options.Address, options.Password, function, Sl651End.Etx, options.Encoding);

    private int SerialOf(Sl651Upload upload)
    {
        var body = upload.Body.Span;
        if (options.Encoding == Sl651Encoding.Hex)
            return (body[0] << 8) | body[1];
        Sl651Digits.TryHex(body[..4], out ulong serial);
        return (int)serial;
    }

    // 1 to 65535, then 1 again.
    private int TakeSerial()
    {
        int serial = nextSerial;
        nextSerial = serial == ushort.MaxValue ? 1 : serial + 1;
        return serial;
    }
}
