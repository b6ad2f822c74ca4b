namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Command byte of the control unit (GB/T 26875.3-2011, 6.6). 7 to 127 are reserved, 128 to 255 a maker's own.</summary>
public enum Gb26875Command : byte
{
    /// <summary>预留, not used by the standard.</summary>
    Reserved = 0,

    /// <summary>控制命令: the centre sets the clock, initialises, calls the roll.</summary>
    Control = 1,

    /// <summary>发送数据: the device sends alarms and states; without a unit it is a heartbeat.</summary>
    Send = 2,

    /// <summary>确认: answer to <see cref="Control"/> and <see cref="Send"/>.</summary>
    Confirm = 3,

    /// <summary>请求: the centre reads something.</summary>
    Request = 4,

    /// <summary>应答: answer to <see cref="Request"/>, with a unit.</summary>
    Reply = 5,

    /// <summary>否认: the packet was not accepted.</summary>
    Deny = 6,
}
