namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Type flag of an application unit (类型标志, GB/T 26875.3-2011, 8.1). 128 to 254 are a maker's own, the rest reserved.</summary>
public enum Gb26875UnitType : byte
{
    /// <summary>Up: 建筑消防设施系统状态.</summary>
    SystemState = 1,

    /// <summary>Up: 建筑消防设施部件运行状态.</summary>
    PartState = 2,

    /// <summary>Up: 建筑消防设施部件模拟量值.</summary>
    PartAnalog = 3,

    /// <summary>Up: 建筑消防设施操作信息.</summary>
    SystemOperation = 4,

    /// <summary>Up: 建筑消防设施软件版本.</summary>
    SystemVersion = 5,

    /// <summary>Up: 建筑消防设施系统配置情况.</summary>
    SystemConfiguration = 6,

    /// <summary>Up: 建筑消防设施部件配置情况.</summary>
    PartConfiguration = 7,

    /// <summary>Up: 建筑消防设施系统时间.</summary>
    SystemClock = 8,

    /// <summary>Up: 用户信息传输装置运行状态.</summary>
    DeviceState = 21,

    /// <summary>Up: 用户信息传输装置操作信息.</summary>
    DeviceOperation = 24,

    /// <summary>Up: 用户信息传输装置软件版本.</summary>
    DeviceVersion = 25,

    /// <summary>Up: 用户信息传输装置配置情况.</summary>
    DeviceConfiguration = 26,

    /// <summary>Up: 用户信息传输装置系统时间.</summary>
    DeviceClock = 28,

    /// <summary>Down: answered by <see cref="SystemState"/>.</summary>
    ReadSystemState = 61,

    /// <summary>Down: answered by <see cref="PartState"/>.</summary>
    ReadPartState = 62,

    /// <summary>Down: answered by <see cref="PartAnalog"/>.</summary>
    ReadPartAnalog = 63,

    /// <summary>Down: answered by <see cref="SystemOperation"/>.</summary>
    ReadSystemOperations = 64,

    /// <summary>Down: answered by <see cref="SystemVersion"/>.</summary>
    ReadSystemVersion = 65,

    /// <summary>Down: answered by <see cref="SystemConfiguration"/>.</summary>
    ReadSystemConfiguration = 66,

    /// <summary>Down: answered by <see cref="PartConfiguration"/>.</summary>
    ReadPartConfiguration = 67,

    /// <summary>Down: answered by <see cref="SystemClock"/>.</summary>
    ReadSystemClock = 68,

    /// <summary>Down: answered by <see cref="DeviceState"/>.</summary>
    ReadDeviceState = 81,

    /// <summary>Down: answered by <see cref="DeviceOperation"/>.</summary>
    ReadDeviceOperations = 84,

    /// <summary>Down: answered by <see cref="DeviceVersion"/>.</summary>
    ReadDeviceVersion = 85,

    /// <summary>Down: answered by <see cref="DeviceConfiguration"/>.</summary>
    ReadDeviceConfiguration = 86,

    /// <summary>Down: answered by <see cref="DeviceClock"/>.</summary>
    ReadDeviceClock = 88,

    /// <summary>Down, control: 初始化用户信息传输装置.</summary>
    InitialiseDevice = 89,

    /// <summary>Down, control: 同步用户信息传输装置时钟.</summary>
    SetDeviceClock = 90,

    /// <summary>Down, control: 查岗命令.</summary>
    RollCall = 91,
}
