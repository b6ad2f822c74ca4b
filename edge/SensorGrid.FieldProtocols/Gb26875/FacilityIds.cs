namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>One fire protection system of a building (建筑消防设施系统).</summary>
/// <param name="Type">系统类型, <see cref="SystemTypes"/>.</param>
/// <param name="Address">系统地址.</param>
public readonly record struct FireSystem(byte Type, byte Address);

/// <summary>One part of a fire protection system (部件): a detector, a valve, a pump.</summary>
/// <param name="System">The system it belongs to.</param>
/// <param name="Type">部件类型, <see cref="PartTypes"/>.</param>
/// <param name="Address">部件地址.</param>
public readonly record struct FirePart(FireSystem System, byte Type, PartAddress Address);
