using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Sessions;

/// <summary>How a centre talks in each protocol.</summary>
public sealed record FieldCentreOptions
{
    /// <summary>SL 651.</summary>
    public Sl651CentreOptions Sl651 { get; init; } = new();

    /// <summary>HJ 212.</summary>
    public Hj212CentreOptions Hj212 { get; init; } = new();

    /// <summary>GB/T 26875.3.</summary>
    public Gb26875SessionOptions Gb26875 { get; init; } = new();
}

/// <summary>The centre's side of one connection with its commands.</summary>
/// <param name="Session">The session.</param>
/// <param name="Commands">What it can be told to say.</param>
public sealed record FieldCentre(IFieldSession Session, IStationCommands Commands)
{
    /// <summary>A new one.</summary>
    /// <param name="protocol">Its protocol.</param>
    /// <param name="options">How it talks; null for the defaults.</param>
    public static FieldCentre New(FieldProtocol protocol, FieldCentreOptions? options = null)
    {
        options ??= new();
        switch (protocol)
        {
            case FieldProtocol.Sl651:
                var sl651 = new Sl651StationCommands(options.Sl651);
                return new(sl651.Session, sl651);
            case FieldProtocol.Hj212:
                var hj212 = new Hj212StationCommands(options.Hj212);
                return new(hj212.Session, hj212);
            case FieldProtocol.Gb26875:
                var gb26875 = new Gb26875StationCommands(options.Gb26875);
                return new(gb26875.Session, gb26875);
            default:
                throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "This protocol has no centre.");
        }
    }

    /// <summary>What a centre of a protocol can be told to say.</summary>
    public static IReadOnlyList<StationCommandVerb> VerbsOf(FieldProtocol protocol) => New(protocol).Commands.Verbs;
}
