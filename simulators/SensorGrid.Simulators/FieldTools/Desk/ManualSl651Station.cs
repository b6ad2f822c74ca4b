using System.Buffers;
using System.Globalization;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sl651;
using SensorGrid.Simulators.FieldTools.Encoders;

namespace SensorGrid.Simulators.FieldTools.Desk;

/// <summary>A station of SL 651: reports (32H unless told otherwise), answers to queries of what it measures now (37H, 3AH), of a period (38H), of its clock and its
/// version. Of each element it keeps the newest value and a bounded history.</summary>
public sealed class ManualSl651Station : IManualStation
{
    private const int MostKept = 10_000;

    private readonly Sl651StationOptions options;
    private readonly Sl651StationSession session;
    private readonly Dictionary<int, FrameValue> newest = [];
    private readonly Queue<(int Code, long AtTicks, decimal Value)> history = new();

    /// <param name="options">Who it is.</param>
    public ManualSl651Station(Sl651StationOptions options)
    {
        this.options = options;
        session = new(options, new Side(this));
    }

    /// <inheritdoc/>
    public IFrameScanner Scanner { get; } = new Sl651FrameScanner();

    /// <inheritdoc/>
    public long DueAtTicks => session.DueAtTicks;

    /// <inheritdoc/>
    public int Unacknowledged => session.Unconfirmed;

    /// <inheritdoc/>
    public void Connected(long nowTicks) => session.Connected(nowTicks);

    /// <inheritdoc/>
    public bool Take(ReadOnlySpan<byte> frame, long nowTicks, IBufferWriter<byte> output) => session.Take(frame, nowTicks, output);

    /// <inheritdoc/>
    public bool Tick(long nowTicks, IBufferWriter<byte> output) => session.Tick(nowTicks, output);

    /// <summary>Reports the newest values again.</summary>
    public void Report(long observedAtTicks, long nowTicks) =>
        Report(new ReportLine(null, [.. newest.Values.Select(value => value with { ObservedAtTicks = observedAtTicks })]), nowTicks);

    /// <inheritdoc/>
    public void Report(ReportLine report, long nowTicks)
    {
        var function = Sl651Function.Timed;
        if (report.Function is { } text)
        {
            if (text.Length != 2 || !byte.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code))
                throw new FrameEncodeException("function", $"'{text}' is no function of two hex digits.");
            function = (Sl651Function)code;
        }
        long minute = nowTicks - nowTicks % TimeSpan.TicksPerMinute;
        FrameValue[] values = [.. report.Values.Select(value => value with { ObservedAtTicks = value.ObservedAtTicks ?? minute })];
        try
        {
            var upload = session.Make(function, nowTicks, body => new Sl651BodyEncoder(body, options.Address, function, options.StationClass, nowTicks).Write(values));
            if (!session.TrySend(upload, nowTicks))
                throw new FrameEncodeException("report", $"{options.MaxReports} reports wait for their confirmation already.");
        }
        catch (Sl651WriteException e)
        {
            throw new FrameEncodeException("report", e.Message, e);
        }
        foreach (var value in values)
            Remember(value);
    }

    private void Remember(FrameValue value)
    {
        if (value.Code.Length is not (2 or 4) || !int.TryParse(value.Code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code))
            return;
        newest[code] = value;
        if (value.IsText || value.IsMissing)
            return;
        if (history.Count == MostKept)
            history.Dequeue();
        history.Enqueue((code, value.ObservedAtTicks!.Value, value.Number));
    }

    private bool TryAnswer(in Sl651FrameView request, Sl651BodyWriter answer, long nowTicks)
    {
        switch (request.Header.Function)
        {
            case Sl651Function.QueryCurrent when newest.Count > 0:
                Write(answer, request.Header.Function, [.. newest.Values], nowTicks);
                return true;
            case Sl651Function.QueryElements:
                var asked = new List<FrameValue>();
                for (var items = request.Items; items.MoveNext();)
                {
                    if (newest.TryGetValue(items.Current.Code, out var value))
                        asked.Add(value);
                }
                Write(answer, request.Header.Function, asked, nowTicks);
                return asked.Count > 0;
            case Sl651Function.QueryPeriod:
                return TryAnswerPeriod(request.Content, answer);
            case Sl651Function.QueryVersion:
                answer.Version("SensorGrid station");
                return true;
            case Sl651Function.QueryStatus:
                answer.Status(0x00600480);
                return true;
            case Sl651Function.SetClock or Sl651Function.QueryClock:
                return true;
            default:
                return false;
        }
    }

    // The session has written the station group already.
    private void Write(Sl651BodyWriter answer, Sl651Function function, IReadOnlyList<FrameValue> values, long nowTicks) =>
        new Sl651BodyEncoder(answer, options.Address, function, options.StationClass, nowTicks).WriteItems(values);

    // Start and end as YYMMDDHH, then the step 04 18 dhm, then element and definition byte.
    private bool TryAnswerPeriod(ReadOnlySpan<byte> request, Sl651BodyWriter answer)
    {
        const int mostValues = 1000;
        if (request.Length < 15 || !Sl651Time.TryRead(request[..4], out long from) || !Sl651Time.TryRead(request.Slice(4, 4), out long until) ||
            !Sl651Step.TryRead(request.Slice(10, 3), out var step) || step.IsNone || until < from || (until - from) / step.Ticks >= mostValues)
            return false;
        int code = request[13];
        var definition = new Sl651Definition(request[14]);
        if (definition.Bytes == 0)
            return false;
        var values = new long?[(until - from) / step.Ticks + 1];
        foreach (var (of, at, value) in history)
        {
            if (of != code || at < from || at > until || (at - from) % step.Ticks != 0)
                continue;
            decimal scaled = ScaledDecimal.Shift(value, definition.Decimals - Sl651Elements.Of(code).Field.UnitShift);
            if (Math.Abs(scaled) < 1e15m)
                values[(at - from) / step.Ticks] = (long)decimal.Round(scaled);
        }
        answer.ObservedAt(from).Step(step).Series(code, definition, values);
        return true;
    }

    private sealed class Side(ManualSl651Station station) : ISl651StationSide
    {
        public bool TryAnswer(in Sl651FrameView request, Sl651BodyWriter answer, long nowTicks) => station.TryAnswer(request, answer, nowTicks);

        public void Confirmed(Sl651Upload upload)
        {
            // What was measured stays for questions.
        }
    }
}
