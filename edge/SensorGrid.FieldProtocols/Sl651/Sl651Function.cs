namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Function codes (功能码, 附录 B). 00 to 2E, 3B to 3F and 52 to DF are reserved, E0 to FF are the user's.</summary>
public enum Sl651Function : byte
{
    /// <summary>Keep-alive (链路维持报); never answered.</summary>
    KeepAlive = 0x2F,

    /// <summary>Test report (测试报).</summary>
    Test = 0x30,

    /// <summary>Values of one element at equal steps (均匀时段水文信息报).</summary>
    Uniform = 0x31,

    /// <summary>Timed report (定时报).</summary>
    Timed = 0x32,

    /// <summary>Extra report (加报报): something changed or passed a limit.</summary>
    Extra = 0x33,

    /// <summary>Hourly report (小时报).</summary>
    Hourly = 0x34,

    /// <summary>Text put in by a person (人工置数报).</summary>
    ManualText = 0x35,

    /// <summary>Picture (图片报), and its query.</summary>
    Picture = 0x36,

    /// <summary>Query of the current data (查询实时数据).</summary>
    QueryCurrent = 0x37,

    /// <summary>Query of a period (查询时段数据).</summary>
    QueryPeriod = 0x38,

    /// <summary>Query of the last manual text (查询人工置数).</summary>
    QueryManualText = 0x39,

    /// <summary>Query of named elements (查询指定要素).</summary>
    QueryElements = 0x3A,

    /// <summary>Change of the basic configuration (修改基本配置表).</summary>
    SetBasic = 0x40,

    /// <summary>Reading of the basic configuration (读取基本配置表), or a station reporting it by itself.</summary>
    ReadBasic = 0x41,

    /// <summary>Change of the run parameters (修改运行参数).</summary>
    SetRun = 0x42,

    /// <summary>Reading of the run parameters (读取运行参数), or a station reporting them by itself.</summary>
    ReadRun = 0x43,

    /// <summary>Query of pump motors (查询水泵电机).</summary>
    QueryPumps = 0x44,

    /// <summary>Query of the software version (查询软件版本).</summary>
    QueryVersion = 0x45,

    /// <summary>Query of status and alarms (查询状态和报警).</summary>
    QueryStatus = 0x46,

    /// <summary>Clearing of the history in the station (初始化固态存储).</summary>
    ClearStorage = 0x47,

    /// <summary>Factory settings (恢复出厂设置).</summary>
    FactoryReset = 0x48,

    /// <summary>Change of the password (修改密码).</summary>
    SetPassword = 0x49,

    /// <summary>Setting of the clock (设置时钟).</summary>
    SetClock = 0x4A,

    /// <summary>IC card on or off (设置 IC 卡状态).</summary>
    SetCard = 0x4B,

    /// <summary>Pumps on or off, or a station reporting them (控制水泵).</summary>
    SwitchPumps = 0x4C,

    /// <summary>Valves open or shut, or a station reporting them (控制阀门).</summary>
    SwitchValves = 0x4D,

    /// <summary>Gates with their openings, or a station reporting them (控制闸门).</summary>
    MoveGates = 0x4E,

    /// <summary>Water quota on or off (水量定值控制).</summary>
    SetQuota = 0x4F,

    /// <summary>Query of the event counters (查询事件记录).</summary>
    QueryEvents = 0x50,

    /// <summary>Query of the clock (查询时钟).</summary>
    QueryClock = 0x51,
}

/// <summary>How the body of a function is laid out behind serial and send time.</summary>
public enum Sl651BodyShape : byte
{
    /// <summary>Not in the standard: what stands there stays raw.</summary>
    Unknown,

    /// <summary>Nothing, but perhaps the station's address.</summary>
    Nothing,

    /// <summary>Station groups, times, elements.</summary>
    Elements,

    /// <summary>The same, where an element behind a time step has values up to the end (31H, 38H).</summary>
    Series,

    /// <summary>Text behind F2 F2.</summary>
    Text,

    /// <summary>Configuration parameters with their data.</summary>
    Parameters,

    /// <summary>Identifiers with definitions and without data: what is asked for.</summary>
    Request,

    /// <summary>From, until, and what is asked for (38H down).</summary>
    PeriodRequest,

    /// <summary>A length and a text.</summary>
    Version,

    /// <summary>32 counters of two bytes.</summary>
    Events,

    /// <summary>A number of bytes and as many with one bit for each unit.</summary>
    Switches,

    /// <summary>Number of gates, a bit for each, an opening for each.</summary>
    Gates,

    /// <summary>FF on, 00 off.</summary>
    Quota,

    /// <summary>An identifier without meaning of its own (97 00, 98 00).</summary>
    Marker,
}

/// <summary>What the standard says about each function (table of 附录 B).</summary>
public static class Sl651Functions
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 256).Select(code => code.ToString("X2", System.Globalization.CultureInfo.InvariantCulture))];
    private static readonly Sl651BodyShape[] Ups = [.. Enumerable.Range(0, 256).Select(code => UpOf((Sl651Function)code))];

    /// <summary>Two hex digits; always the same string.</summary>
    public static string ToText(this Sl651Function function) => Texts[(byte)function];

    /// <summary>True for the functions of the standard.</summary>
    public static bool IsKnown(this Sl651Function function) => Ups[(byte)function] != Sl651BodyShape.Unknown;

    /// <summary>Layout of a frame's body. A downlink that ends otherwise than with ENQ is a confirmation and has none.</summary>
    public static Sl651BodyShape Shape(Sl651Function function, Sl651Direction direction, Sl651End end) =>
        direction == Sl651Direction.Up ? Ups[(byte)function] : end == Sl651End.Enq ? DownOf(function) : Sl651BodyShape.Nothing;

    /// <summary>True when the station's address is followed by its class (分类码) in reports of this function.</summary>
    public static bool HasClass(Sl651Function function) => Ups[(byte)function] is Sl651BodyShape.Elements or Sl651BodyShape.Series &&
        function is not (Sl651Function.QueryStatus or Sl651Function.SetCard);

    /// <summary>True for what a station sends by itself and wants confirmed (M2, M3): 30H to 36H, and unknown functions of 30H to 3FH.</summary>
    public static bool IsReport(Sl651Function function) => function is >= Sl651Function.Test and <= Sl651Function.Picture or > Sl651Function.QueryElements and < Sl651Function.SetBasic;

    private static Sl651BodyShape UpOf(Sl651Function function) => function switch
    {
        Sl651Function.KeepAlive => Sl651BodyShape.Nothing,
        Sl651Function.Uniform or Sl651Function.QueryPeriod => Sl651BodyShape.Series,
        Sl651Function.ManualText or Sl651Function.QueryManualText => Sl651BodyShape.Text,
        >= Sl651Function.Test and <= Sl651Function.QueryElements => Sl651BodyShape.Elements,
        >= Sl651Function.SetBasic and <= Sl651Function.ReadRun => Sl651BodyShape.Parameters,
        Sl651Function.QueryPumps or Sl651Function.QueryStatus or Sl651Function.SetCard => Sl651BodyShape.Elements,
        Sl651Function.QueryVersion => Sl651BodyShape.Version,
        Sl651Function.SwitchPumps or Sl651Function.SwitchValves => Sl651BodyShape.Switches,
        Sl651Function.MoveGates => Sl651BodyShape.Gates,
        Sl651Function.SetQuota => Sl651BodyShape.Quota,
        Sl651Function.QueryEvents => Sl651BodyShape.Events,
        Sl651Function.ClearStorage or Sl651Function.FactoryReset or Sl651Function.SetPassword or Sl651Function.SetClock or Sl651Function.QueryClock =>
            Sl651BodyShape.Nothing,
        _ => Sl651BodyShape.Unknown,
    };

    private static Sl651BodyShape DownOf(Sl651Function function) => function switch
    {
        Sl651Function.QueryPeriod => Sl651BodyShape.PeriodRequest,
        Sl651Function.QueryElements or Sl651Function.ReadBasic or Sl651Function.ReadRun => Sl651BodyShape.Request,
        Sl651Function.SetBasic or Sl651Function.SetRun or Sl651Function.SetPassword => Sl651BodyShape.Parameters,
        Sl651Function.ClearStorage or Sl651Function.FactoryReset => Sl651BodyShape.Marker,
        Sl651Function.SetCard => Sl651BodyShape.Elements,
        Sl651Function.SwitchPumps or Sl651Function.SwitchValves => Sl651BodyShape.Switches,
        Sl651Function.MoveGates => Sl651BodyShape.Gates,
        Sl651Function.SetQuota => Sl651BodyShape.Quota,
        _ => UpOf(function) == Sl651BodyShape.Unknown ? Sl651BodyShape.Unknown : Sl651BodyShape.Nothing,
    };
}
