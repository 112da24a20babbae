--TEST--
The stub and the extension say the same
--DESCRIPTION--
The stubs are loaded into a namespace of their own; then each side's signatures are written out by Reflection and compared,
so that neither can have what the other does not. A default of a readonly property is left out: PHP code cannot give one.
--EXTENSIONS--
closte
--FILE--
<?php
foreach ( glob( getenv( 'CLOSTE_STUBS' ) . '/*.stub.php' ) as $stub ) {
	eval( '?>' . preg_replace( '/^namespace Closte;$/m', 'namespace ClosteStub;', file_get_contents( $stub ), 1, $found ) );
	1 === $found || die( "no namespace in $stub" );
}

function signature( ReflectionFunctionAbstract $f ): string {
	$modifiers = $f instanceof ReflectionMethod ? implode( ' ', Reflection::getModifierNames( $f->getModifiers() ) ) . ' ' : '';
	$parameters = array_map(
		static fn ( ReflectionParameter $p ): string => implode(
			' ',
			array_filter(
				array(
					...array_map( static fn ( $a ) => "#[\\{$a->getName()}]", $p->getAttributes() ),
					(string) $p->getType(),
					( $p->isPassedByReference() ? '&' : '' ) . ( $p->isVariadic() ? '...' : '' ) . '$' . $p->getName(),
					$p->isDefaultValueAvailable() ? '= ' . json_encode( $p->getDefaultValue() ) : '',
					$p->isOptional() ? '(optional)' : '',
				)
			)
		),
		$f->getParameters()
	);
	return $modifiers . $f->getShortName() . '( ' . implode( ', ', $parameters ) . ' ): ' . ( $f->getReturnType() ?? '-' );
}

function describe( string $namespace ): array {
	$lines = array();
	foreach ( array_merge( get_declared_classes(), get_declared_interfaces() ) as $name ) {
		if ( ! str_starts_with( $name, $namespace . '\\' ) ) {
			continue;
		}
		$class = new ReflectionClass( $name );
		$interfaces = $class->getInterfaceNames();
		sort( $interfaces );
		$lines[] = implode( ' ', Reflection::getModifierNames( $class->getModifiers() ) ) . ( $class->isEnum() ? ' enum ' : ' class ' ) . $name
			. ' extends ' . ( $class->getParentClass() ? $class->getParentClass()->getName() : '-' )
			. ' implements ' . implode( ', ', $interfaces );
		if ( $class->isEnum() ) {
			$enum = new ReflectionEnum( $name );
			foreach ( $enum->getCases() as $i => $case ) {
				$lines[] = "$name case $i {$case->getName()} = " . var_export( $case->getBackingValue(), true );
			}
			continue;
		}
		foreach ( $class->getReflectionConstants() as $constant ) {
			$lines[] = "$name constant {$constant->getName()}";
		}
		foreach ( $class->getMethods() as $method ) {
			if ( $method->getDeclaringClass()->getName() === $name ) {
				$lines[] = "$name: " . signature( $method );
			}
		}
		foreach ( $class->getProperties() as $property ) {
			if ( $property->getDeclaringClass()->getName() === $name ) {
				$lines[] = "$name: " . implode( ' ', Reflection::getModifierNames( $property->getModifiers() ) )
					. " {$property->getType()} \${$property->getName()}" . ( ! $property->isReadOnly() && $property->hasDefaultValue() ? ' with a default' : '' );
			}
		}
	}
	foreach ( get_defined_functions() as $functions ) {
		foreach ( $functions as $name ) {
			if ( str_starts_with( strtolower( $name ), strtolower( $namespace ) . '\\' ) ) {
				$lines[] = 'function ' . signature( new ReflectionFunction( $name ) );
			}
		}
	}
	$lines = str_replace( $namespace . '\\', '', $lines );
	sort( $lines );
	return $lines;
}

$promised = describe( 'ClosteStub' );
$built = describe( 'Closte' );
foreach ( array_diff( $promised, $built ) as $line ) {
	echo "only in the stub: $line\n";
}
foreach ( array_diff( $built, $promised ) as $line ) {
	echo "only in the extension: $line\n";
}
echo count( $promised ) > 60 && count( $promised ) === count( $built ) ? 'same' : count( $promised ) . ' and ' . count( $built ), "\n";
$extension = new ReflectionExtension( 'closte' );
echo count( $extension->getClasses() ), ' classes, ', count( $extension->getFunctions() ), " functions\n";
?>
--EXPECT--
same
20 classes, 5 functions
