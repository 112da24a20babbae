<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

/**
 * Maps `ClosteSync\Some_Area\Some_Thing` to `inc/some-area/{class,enum,interface}-some-thing.php`.
 */
final class Autoloader {

	private const KINDS = array( 'class', 'enum', 'interface' );

	public function __construct( private readonly string $directory ) {}

	public function register(): void {
		spl_autoload_register( $this->load( ... ) );
	}

	public function load( string $class_name ): void {
		if ( ! str_starts_with( $class_name, __NAMESPACE__ . '\\' ) ) {
			return;
		}

		$parts = explode( '\\', strtolower( str_replace( '_', '-', substr( $class_name, strlen( __NAMESPACE__ ) + 1 ) ) ) );
		$name  = array_pop( $parts );
		$path  = implode( '/', array( $this->directory, ...$parts ) );

		foreach ( self::KINDS as $kind ) {
			$file = "$path/$kind-$name.php";

			if ( is_readable( $file ) ) {
				require_once $file;
				return;
			}
		}
	}
}
