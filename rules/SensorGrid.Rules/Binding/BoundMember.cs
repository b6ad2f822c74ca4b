using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

/// <summary>One condition that another one, of a group, listens to.</summary>
/// <param name="Rule">What its evaluator is made from.</param>
/// <param name="At">From which level on it counts.</param>
/// <param name="Voter">Whose vote it is, from 0; several may have one vote together.</param>
internal sealed record BoundMember(BoundRule Rule, Level At, int Voter);
