namespace SensorGrid.Ingest.Service.Warnings;

/// <summary>An official warning 预警 as it is relayed: what its issuer says, and what became of it. A rule never makes one.</summary>
/// <param name="Id">Its name here, made of sender, identifier and sent.</param>
/// <param name="Identifier">The issuer's name for the message.</param>
/// <param name="Sender">Who sent it, unique in the world.</param>
/// <param name="Sent">When, by the sender.</param>
/// <param name="Issuer">The issuing office in words; the sender when the message has no name for it.</param>
/// <param name="Status"><c>actual</c>, <c>exercise</c>, <c>test</c>.</param>
/// <param name="MessageType"><c>alert</c>, <c>update</c>, <c>cancel</c>.</param>
/// <param name="Scope"><c>public</c>, <c>restricted</c>, <c>private</c>.</param>
/// <param name="State">See <see cref="WarningState"/>.</param>
/// <param name="Event">What it warns of, in the message's first language; null for a cancellation that does not say.</param>
/// <param name="Colour"><c>red</c>, <c>orange</c>, <c>yellow</c>, <c>blue</c>, <c>white</c>, <c>none</c>.</param>
/// <param name="ColourStated">Whether the issuer gave the colour; otherwise it follows from the severity.</param>
/// <param name="Severity">CAP's severity, in lower case.</param>
/// <param name="Urgency">CAP's urgency.</param>
/// <param name="Certainty">CAP's certainty.</param>
/// <param name="Categories">CAP's categories.</param>
/// <param name="Effective">From when it counts; the time it was sent when it does not say.</param>
/// <param name="Onset">From when the thing itself is expected, or null.</param>
/// <param name="Expires">Until when it counts; null: until it is cancelled or replaced.</param>
/// <param name="Note">What the sender adds.</param>
/// <param name="Texts">What it says, by language.</param>
/// <param name="Areas">Where.</param>
/// <param name="References">Earlier messages it is about.</param>
/// <param name="EndedAt">When it ended, or null.</param>
/// <param name="EndedBy">Id of the message that replaced or cancelled it.</param>
/// <param name="ReceivedAt">When it came in.</param>
/// <param name="ReceivedFrom">Who handed it over.</param>
/// <param name="Sequence">Log record that has it.</param>
internal sealed record OfficialWarning(
    string Id, string Identifier, string Sender, DateTimeOffset Sent, string Issuer, string Status, string MessageType, string Scope, string State, string? Event,
    string Colour, bool ColourStated, string Severity, string Urgency, string Certainty, IReadOnlyList<string> Categories, DateTimeOffset Effective, DateTimeOffset? Onset,
    DateTimeOffset? Expires, string? Note, IReadOnlyList<WarningText> Texts, IReadOnlyList<WarningArea> Areas, IReadOnlyList<WarningReference> References,
    DateTimeOffset? EndedAt, string? EndedBy, DateTimeOffset ReceivedAt, string ReceivedFrom, long Sequence);

/// <summary>What has become of a message.</summary>
internal static class WarningState
{
    public const string InForce = "in-force";

    /// <summary>An Update took its place.</summary>
    public const string Replaced = "replaced";

    /// <summary>A Cancel ended it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Its time was over.</summary>
    public const string Expired = "expired";

    /// <summary>A Cancel itself: it ends others and warns of nothing.</summary>
    public const string Cancellation = "cancellation";
}

/// <summary>What a warning says, in one language.</summary>
internal sealed record WarningText(
    string Language, string Event, string? Issuer, string? Headline, string? Description, string? Instruction, string? Audience, string? Web, string? Contact);

/// <summary>Where it warns.</summary>
/// <param name="Language">Of the description.</param>
/// <param name="Description">In words.</param>
/// <param name="Polygons">Rings of WGS-84 positions, longitude first, closed.</param>
/// <param name="Circles">Circles.</param>
/// <param name="Geocodes">Codes of the area.</param>
internal sealed record WarningArea(
    string Language, string Description, IReadOnlyList<IReadOnlyList<double[]>> Polygons, IReadOnlyList<Cap.CapCircle> Circles, IReadOnlyList<Cap.CapNamedValue> Geocodes);

/// <summary>An earlier message that a message is about.</summary>
/// <param name="Sender">Its sender.</param>
/// <param name="Identifier">Its identifier.</param>
/// <param name="Sent">When it was sent.</param>
/// <param name="Warning">Its id here; also when it is not here.</param>
/// <param name="Effect"><c>replaced</c>, <c>cancelled</c>, <c>unknown</c> (it never came, or not yet), <c>other-status</c> (an exercise does not end what is actual),
/// <c>none</c> (an Alert only mentions it).</param>
internal sealed record WarningReference(string Sender, string Identifier, DateTimeOffset Sent, string Warning, string Effect);
