// BenchmarkDotNet benches, each with allocated bytes, each beside something a user would pick instead, in one run:
//   dotnet run -c Release --project benches/SensorGrid.Benches -- --filter '*'
using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
