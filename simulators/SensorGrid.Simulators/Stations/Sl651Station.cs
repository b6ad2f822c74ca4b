using System.Buffers;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.Simulators.Stations;

/// <summary>A river gauge of SL 651: timed reports (32H) of its level, answers to queries of current (37H) and period data (38H) and of its clock (4AH, 51H).</summary>
/// <param name="options">Who it is.</param>
/// <param name="memory">What it keeps.</param>
/// <param name="level">Its level at a time, metres.</param>
public sealed class Sl651Station(Sl651StationOptions options, StationMemory memory, Func<long, double> level) : IStation
{
    private const int Level = 0x39;
    private const int Voltage = 0x38;

    private readonly Sl651StationSession session = new(options, new Side(memory));

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

    /// <inheritdoc/>
    public void Report(long observedAtTicks, long nowTicks)
    {
        double value = Math.Round(level(observedAtTicks), 3);
        memory.Keep(observedAtTicks, value);
        session.TrySend(
            session.Make(Sl651Function.Timed, nowTicks, body => body
                .Station(options.Address, options.StationClass).ObservedAt(observedAtTicks).Value(Level, (decimal)value).Value(Voltage, 12.6m)),
            nowTicks);
    }

    private sealed class Side(StationMemory memory) : ISl651StationSide
    {
        public bool TryAnswer(in Sl651FrameView request, Sl651BodyWriter answer, long nowTicks)
        {
            switch (request.Header.Function)
            {
                case Sl651Function.QueryCurrent when memory.Between(0, nowTicks) is [.., var last]:
                    answer.ObservedAt(last.Key).Value(Level, (decimal)last.Value).Value(Voltage, 12.6m);
                    return true;
                case Sl651Function.SetClock or Sl651Function.QueryClock:
                    // The answer's own time of sending is the clock, which is this machine's and right.
                    return true;
                case Sl651Function.QueryPeriod:
                    return TryAnswerPeriod(request.Content, answer);
                default:
                    return false;
            }
        }

        public void Confirmed(Sl651Upload upload)
        {
            // The memory keeps what it measured all the same.
        }

        // Start and end as YYMMDDHH, then the step 04 18 dhm, then element and definition byte.
        private bool TryAnswerPeriod(ReadOnlySpan<byte> request, Sl651BodyWriter answer)
        {
            const int HourStep = 0x000100;
            if (request.Length < 15 || !Sl651Time.TryRead(request[..4], out long from) || !Sl651Time.TryRead(request.Slice(4, 4), out long until))
                return false;
            int step = request[10] << 16 | request[11] << 8 | request[12];
            if (request[13] != Level || step != HourStep || until < from || until - from > TimeSpan.TicksPerDay * 7)
                return false;
            var definition = new Sl651Definition(request[14]);
            var values = new long?[(until - from) / TimeSpan.TicksPerHour + 1];
            for (int i = 0; i < values.Length; i++)
                values[i] = memory.At(from + i * TimeSpan.TicksPerHour) is { } value ? (long)Math.Round(value * Math.Pow(10, definition.Decimals)) : null;
            answer.ObservedAt(from).Step(new(0, 1, 0)).Series(request[13], definition, values);
            return true;
        }
    }
}
