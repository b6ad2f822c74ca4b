using Xunit.Abstractions;
using Xunit.Sdk;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>The numbered statements of the MQTT standards that a test proves. <see cref="StatementTable"/> holds all of them; the runner can
/// choose by them (<c>--filter "MQTT=5.0 MQTT-3.1.0-1"</c>).</summary>
/// <param name="standard"><see cref="Mqtt5"/> or <see cref="Mqtt311"/>.</param>
/// <param name="statements">As its Appendix B numbers them.</param>
[TraitDiscoverer("SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeDiscoverer", "SensorGrid.Ingest.Tests")]
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class NormativeAttribute(string standard, params string[] statements) : Attribute, ITraitAttribute
{
    /// <summary>MQTT 5.0, OASIS Standard of 7 March 2019.</summary>
    public const string Mqtt5 = "5.0";

    /// <summary>MQTT 3.1.1, OASIS Standard of 29 October 2014.</summary>
    public const string Mqtt311 = "3.1.1";

    /// <summary>Which standard.</summary>
    public string Standard => standard;

    /// <summary>Its statements.</summary>
    public IReadOnlyList<string> Statements => statements;
}

/// <summary>Makes each statement a trait of its test.</summary>
public sealed class NormativeDiscoverer : ITraitDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute)
    {
        object[] arguments = [.. traitAttribute.GetConstructorArguments()];
        return ((IEnumerable<string>)arguments[1]).Select(statement => KeyValuePair.Create("MQTT", $"{arguments[0]} {statement}"));
    }
}
