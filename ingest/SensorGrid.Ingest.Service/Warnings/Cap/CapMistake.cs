namespace SensorGrid.Ingest.Service.Warnings.Cap;

/// <summary>Something in a message that CAP 1.2 does not allow.</summary>
/// <param name="Element">Where, e.g. <c>alert/info/severity</c>.</param>
/// <param name="Line">Line in the message; 0 when it is not known.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Expected">What would be right.</param>
internal sealed record CapMistake(string Element, int Line, string Problem, string Expected)
{
    public override string ToString() => $"{Element}: {Problem}; expected {Expected}";
}
