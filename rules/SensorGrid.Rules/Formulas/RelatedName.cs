namespace SensorGrid.Rules.Formulas;

/// <summary>How a formula names datastreams along the network: <c>upstream level</c>, or <c>max upstream level</c> for one value of all that there are.
/// Names of others have no spaces.</summary>
/// <param name="Pick"><c>max</c> or <c>min</c>; null when each is compared by itself.</param>
/// <param name="Direction">One of <see cref="Directions"/>.</param>
/// <param name="Quantity">What is measured there.</param>
internal readonly record struct RelatedName(string? Pick, string Direction, string Quantity)
{
    public static readonly string[] Picks = ["max", "min"];

    public static readonly string[] Directions = ["upstream", "downstream", "neighbour"];

    /// <returns>False for one of the same place, or one named by its id.</returns>
    public static bool TryParse(string name, out RelatedName related)
    {
        string[] words = name.Split(' ');
        related = words.Length < 2 ? default : new(words.Length == 3 ? words[0] : null, words[^2], words[^1]);
        return words.Length > 1;
    }

    /// <inheritdoc/>
    public override string ToString() => Pick is null ? $"{Direction} {Quantity}" : $"{Pick} {Direction} {Quantity}";
}
