namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>A query or command to a station (M4). Made by the methods here, sent by <see cref="Sl651CentreSession.TrySend"/>.</summary>
public sealed class Sl651Command
{
    private readonly byte[] content;

    private Sl651Command(string station, Sl651Function function, Action<Sl651BodyWriter>? write = null)
    {
        Station = station;
        Function = function;
        var body = new Sl651BodyWriter().Begin(0, Noon2000);
        write?.Invoke(body);
        content = body.Written[Sl651Layout.HexPrefix..].ToArray();
        if (body.Written.Length > Sl651Layout.MaxBody)
            throw new Sl651WriteException("overflow", $"a command of {body.Written.Length} bytes: at most {Sl651Layout.MaxBody}");
    }

    /// <summary>Its address, ten hex digits.</summary>
    public string Station { get; }

    /// <summary>What is asked for; the answer has the same.</summary>
    public Sl651Function Function { get; }

    /// <summary>Body behind serial and send time.</summary>
    internal ReadOnlySpan<byte> Content => content;

    // Any time that can be written: serial and send time are put in front anew each time it is sent.
    private static long Noon2000 { get; } = new DateTime(2000, 1, 1, 12, 0, 0).Ticks;

    /// <summary>37H: what it measures now.</summary>
    public static Sl651Command QueryCurrent(string station) => new(station, Sl651Function.QueryCurrent);

    /// <summary>36H: a picture.</summary>
    public static Sl651Command QueryPicture(string station) => new(station, Sl651Function.Picture);

    /// <summary>38H: one element over some hours, both ends included.</summary>
    public static Sl651Command QueryPeriod(string station, long fromTicks, long untilTicks, Sl651Step step, int code, Sl651Definition? definition = null) =>
        new(station, Sl651Function.QueryPeriod, body => body.Period(fromTicks, untilTicks).Step(step).Request(code, definition ?? Sl651Elements.Of(code).Natural));

    /// <summary>39H: the last manual text.</summary>
    public static Sl651Command QueryManualText(string station) => new(station, Sl651Function.QueryManualText);

    /// <summary>3AH: these elements.</summary>
    public static Sl651Command QueryElements(string station, params ReadOnlySpan<int> codes) => new(station, Sl651Function.QueryElements, Requests(codes.ToArray()));

    /// <summary>40H or 42H: sets parameters that <paramref name="write"/> puts down.</summary>
    public static Sl651Command Set(string station, Sl651Function function, Action<Sl651BodyWriter> write) =>
        function is Sl651Function.SetBasic or Sl651Function.SetRun
            ? new(station, function, write)
            : throw new Sl651WriteException("bad_function", $"{function.ToText()} sets no parameters: 40 does, and 42");

    /// <summary>41H: parameters of the basic table.</summary>
    public static Sl651Command ReadBasic(string station, params ReadOnlySpan<int> codes) => new(station, Sl651Function.ReadBasic, ParameterRequests(codes.ToArray()));

    /// <summary>43H: run parameters.</summary>
    public static Sl651Command ReadRun(string station, params ReadOnlySpan<int> codes) => new(station, Sl651Function.ReadRun, ParameterRequests(codes.ToArray()));

    /// <summary>44H: pump motors.</summary>
    public static Sl651Command QueryPumps(string station) => new(station, Sl651Function.QueryPumps);

    /// <summary>45H: software version.</summary>
    public static Sl651Command QueryVersion(string station) => new(station, Sl651Function.QueryVersion);

    /// <summary>46H: status and alarms.</summary>
    public static Sl651Command QueryStatus(string station) => new(station, Sl651Function.QueryStatus);

    /// <summary>47H: clears the history that the station keeps.</summary>
    public static Sl651Command ClearStorage(string station) => new(station, Sl651Function.ClearStorage, body => body.Marker(0x97));

    /// <summary>48H: factory settings.</summary>
    public static Sl651Command FactoryReset(string station) => new(station, Sl651Function.FactoryReset, body => body.Marker(0x98));

    /// <summary>49H: another password.</summary>
    public static Sl651Command SetPassword(string station, ushort old, ushort next) => new(station, Sl651Function.SetPassword, body =>
        body.Parameter(Sl651Parameters.Password, new(0x10), [(byte)(old >> 8), (byte)old]).Parameter(Sl651Parameters.Password, new(0x10), [(byte)(next >> 8), (byte)next]));

    /// <summary>4AH: the clock; the send time, put in when it is sent, is the time to set. A clock that is off by more than five minutes takes it only when it comes
    /// twice.</summary>
    public static Sl651Command SetClock(string station) => new(station, Sl651Function.SetClock);

    /// <summary>4BH: IC card on or off.</summary>
    public static Sl651Command SetCard(string station, bool isActive) => new(station, Sl651Function.SetCard, body => body.Status(isActive ? 1u << 9 : 0));

    /// <summary>4CH or 4DH: pumps or valves.</summary>
    public static Sl651Command Switch(string station, Sl651Function function, byte[] states) =>
        function is Sl651Function.SwitchPumps or Sl651Function.SwitchValves
            ? new(station, function, body => body.Switches(states))
            : throw new Sl651WriteException("bad_function", $"{function.ToText()} switches nothing: 4C does, and 4D");

    /// <summary>4EH: gates, with their openings in cm.</summary>
    public static Sl651Command MoveGates(string station, bool[] open, int[] openings) => new(station, Sl651Function.MoveGates, body => body.Gates(open, openings));

    /// <summary>4FH: water quota control.</summary>
    public static Sl651Command SetQuota(string station, bool isOn) => new(station, Sl651Function.SetQuota, body => body.Quota(isOn));

    /// <summary>50H: event counters.</summary>
    public static Sl651Command QueryEvents(string station) => new(station, Sl651Function.QueryEvents);

    /// <summary>51H: the clock.</summary>
    public static Sl651Command QueryClock(string station) => new(station, Sl651Function.QueryClock);

    private static Action<Sl651BodyWriter> Requests(int[] codes) => body =>
    {
        foreach (int code in codes)
            body.Request(code);
    };

    private static Action<Sl651BodyWriter> ParameterRequests(int[] codes) => body =>
    {
        foreach (int code in codes)
            body.Request(code, Sl651Parameters.Of(code).Natural);
    };
}

/// <summary>How a command ended.</summary>
public enum Sl651CommandOutcome : byte
{
    /// <summary>The station answered, and the answer is durable.</summary>
    Answered,

    /// <summary>No answer, after all resends.</summary>
    TimedOut,

    /// <summary>The station was forgotten for others before its turn came.</summary>
    StationForgotten,
}
