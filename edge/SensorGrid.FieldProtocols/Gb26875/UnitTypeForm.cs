namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Sizes of the objects of one unit type (GB/T 26875.3-2011, 8.3): body, then the time label of those that have one.</summary>
/// <param name="BodyBytes">Bytes of the body; of a variable one those before its text, whose length is the last of them.</param>
/// <param name="HasTime">Whether a time label of six bytes follows.</param>
/// <param name="IsVariable">Whether a text of the length named in the body follows instead.</param>
/// <param name="MaxCount">Most objects in one unit.</param>
/// <param name="IsDown">Whether the centre sends it.</param>
public readonly record struct UnitTypeForm(byte BodyBytes, bool HasTime, bool IsVariable, byte MaxCount, bool IsDown)
{
    // By type flag; a default one (MaxCount 0) for types that the standard does not have.
    private static readonly UnitTypeForm[] Forms = Build();

    /// <summary>Bytes of one object; of a variable one without its text.</summary>
    public int ObjectBytes => BodyBytes + (HasTime ? TimeLabel.Bytes : 0);

    /// <summary>False for reserved types and makers' own.</summary>
    public bool IsStandard => MaxCount > 0;

    /// <summary>The form of a type flag.</summary>
    public static UnitTypeForm Of(Gb26875UnitType type) => Forms[(byte)type];

    /// <summary>The type that answers a request, or the default when it is none (controls are confirmed without a unit).</summary>
    public static Gb26875UnitType AnswerTo(Gb26875UnitType request) => request switch
    {
        // 61 to 68 are answered by 1 to 8, 81 to 88 by 21 to 28.
        >= Gb26875UnitType.ReadSystemState and <= Gb26875UnitType.ReadDeviceClock when Of(request).IsStandard => request - 60,
        _ => default,
    };

    private static UnitTypeForm[] Build()
    {
        var forms = new UnitTypeForm[256];
        Up(Gb26875UnitType.SystemState, 4, true, 102);
        Up(Gb26875UnitType.PartState, 40, true, 22);
        Up(Gb26875UnitType.PartAnalog, 10, true, 63);
        Up(Gb26875UnitType.SystemOperation, 4, true, 102);
        Up(Gb26875UnitType.SystemVersion, 4, false, 1);
        Up(Gb26875UnitType.PartConfiguration, 38, false, 26);
        Up(Gb26875UnitType.SystemClock, 2, true, 1);
        Up(Gb26875UnitType.DeviceState, 1, true, 1);
        Up(Gb26875UnitType.DeviceOperation, 2, true, 127);
        Up(Gb26875UnitType.DeviceVersion, 2, false, 1);
        Up(Gb26875UnitType.DeviceClock, 0, true, 1);
        Variable(Gb26875UnitType.SystemConfiguration, 3, 3);
        Variable(Gb26875UnitType.DeviceConfiguration, 1, 1);
        Down(Gb26875UnitType.ReadSystemState, 2, false, 102);
        Down(Gb26875UnitType.ReadPartState, 6, false, 22);
        Down(Gb26875UnitType.ReadPartAnalog, 6, false, 63);
        Down(Gb26875UnitType.ReadSystemOperations, 3, true, 1);
        Down(Gb26875UnitType.ReadSystemVersion, 2, false, 1);
        Down(Gb26875UnitType.ReadSystemConfiguration, 2, false, 3);
        Down(Gb26875UnitType.ReadPartConfiguration, 6, false, 26);
        Down(Gb26875UnitType.ReadSystemClock, 2, false, 1);
        Down(Gb26875UnitType.ReadDeviceState, 1, false, 1);
        Down(Gb26875UnitType.ReadDeviceOperations, 1, true, 1);
        Down(Gb26875UnitType.ReadDeviceVersion, 1, false, 1);
        Down(Gb26875UnitType.ReadDeviceConfiguration, 1, false, 1);
        Down(Gb26875UnitType.ReadDeviceClock, 1, false, 1);
        Down(Gb26875UnitType.InitialiseDevice, 1, false, 1);
        Down(Gb26875UnitType.SetDeviceClock, 0, true, 1);
        Down(Gb26875UnitType.RollCall, 1, false, 1);
        return forms;

        void Up(Gb26875UnitType type, byte body, bool time, byte most) => forms[(byte)type] = new(body, time, false, most, false);

        void Variable(Gb26875UnitType type, byte body, byte most) => forms[(byte)type] = new(body, false, true, most, false);

        void Down(Gb26875UnitType type, byte body, bool time, byte most) => forms[(byte)type] = new(body, time, false, most, true);
    }
}
