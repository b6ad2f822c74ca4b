namespace SensorGrid.Ingest.Service.Warnings.Cap;

/// <summary>One CAP 1.2 message, as far as it is shown to people.</summary>
/// <param name="Identifier">Its name, unique for the sender.</param>
/// <param name="Sender">Who says so, unique in the world.</param>
/// <param name="Sent">When.</param>
/// <param name="Status"><c>Actual</c>, <c>Exercise</c>, <c>System</c>, <c>Test</c>, <c>Draft</c>.</param>
/// <param name="MessageType"><c>Alert</c>, <c>Update</c>, <c>Cancel</c>, <c>Ack</c>, <c>Error</c>.</param>
/// <param name="Scope"><c>Public</c>, <c>Restricted</c>, <c>Private</c>.</param>
/// <param name="Note">What the sender adds, e.g. why it was cancelled.</param>
/// <param name="References">Earlier messages it is about.</param>
/// <param name="Infos">What it says, usually once for each language.</param>
internal sealed record CapAlert(
    string Identifier, string Sender, DateTimeOffset Sent, string Status, string MessageType, string Scope, string? Note,
    IReadOnlyList<CapReference> References, IReadOnlyList<CapInfo> Infos);

/// <summary>Names an earlier message.</summary>
internal sealed record CapReference(string Sender, string Identifier, DateTimeOffset Sent);

/// <summary>An <c>info</c>: what happens, how bad it is, what to do, in one language.</summary>
internal sealed record CapInfo(
    string Language, IReadOnlyList<string> Categories, string Event, string Urgency, string Severity, string Certainty, string? Audience,
    DateTimeOffset? Effective, DateTimeOffset? Onset, DateTimeOffset? Expires, string? SenderName, string? Headline, string? Description, string? Instruction,
    string? Web, string? Contact, IReadOnlyList<CapNamedValue> Parameters, IReadOnlyList<CapArea> Areas);

/// <summary>A name from a list that the sender chose, and a value.</summary>
internal sealed record CapNamedValue(string Name, string Value);

/// <summary>An <c>area</c>.</summary>
/// <param name="Description">In words.</param>
/// <param name="Polygons">Rings of WGS-84 positions, longitude first, closed.</param>
/// <param name="Circles">Circles.</param>
/// <param name="Geocodes">Codes, e.g. of districts.</param>
internal sealed record CapArea(
    string Description, IReadOnlyList<IReadOnlyList<double[]>> Polygons, IReadOnlyList<CapCircle> Circles, IReadOnlyList<CapNamedValue> Geocodes);

/// <summary>A circle.</summary>
internal sealed record CapCircle(double Longitude, double Latitude, double RadiusKilometres);
