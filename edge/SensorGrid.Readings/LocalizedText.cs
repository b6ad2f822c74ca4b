namespace SensorGrid.Readings;

/// <summary>A text for people in both languages of the console; where one is not given, the other stands in.</summary>
/// <param name="Zh">Chinese.</param>
/// <param name="En">English.</param>
public sealed record LocalizedText(string Zh, string En);
