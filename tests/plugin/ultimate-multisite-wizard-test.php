<?php
/**
 * The wizard by which Ultimate Multisite sets up an integration.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use WP_Ultimo\Admin_Pages\Hosting_Integration_Wizard;
use WP_Ultimo\Integrations\Integration_Registry;

require_once __DIR__ . '/class-ultimate-multisite-test-case.php';

/**
 * In processes of their own: see the parent class.
 *
 * @runTestsInSeparateProcesses
 * @preserveGlobalState disabled
 */
final class Ultimate_Multisite_Wizard_Test extends Ultimate_Multisite_Test_Case {

	private const NAME = 'CLOSTE_CLIENT_API_KEY';

	public function test_it_asks_for_no_key_that_wp_config_has(): void {
		$this->assertSame( array( 'activation', 'testing', 'done' ), ( new Hosting_Integration_Wizard( Integration_Registry::get_instance()->get( 'closte' ) ) )->get_sections() );
		$this->assertContains( 'no-config', Integration_Registry::get_instance()->get( 'closte' )->get_supports() );
	}

	public function test_it_asks_for_no_key_that_the_environment_has(): void {
		$this->assertSame( 'activation, testing, done', $this->wizard( 'putenv( "CLOSTE_CLIENT_API_KEY=a-key-of-the-environment" ); echo implode( ", ", $wizard->get_sections() );' ) );
	}

	public function test_it_asks_for_a_key_that_is_nowhere_stores_it_and_tests_with_it(): void {
		$said = $this->wizard(
			'echo implode( ", ", $wizard->get_sections() ), "\n", implode( ", ", array_keys( $wizard->get_configuration_fields() ) ), "\n", $integration->is_setup() ? "set up" : "not set up", "\n";
			$wizard->handle_configuration( array( "CLOSTE_CLIENT_API_KEY" => " " . $key . " ", "blogname" => "of another form" ) );
			$found = ClosteSync\Extension\Key_Provider::find();
			echo $found?->source, " ", $found?->reveal() === $key ? "right" : "wrong", "\n";
			echo $integration->is_setup() ? "set up" : "not set up", " ", $integration->detect() ? "detected" : "not detected", "\n";
			echo implode( ", ", $integration->get_missing_constants() ), "\n", var_export( $integration->test_connection(), true ), "\n";
			echo implode( ", ", $wizard->get_sections() );'
		);

		$this->assertSame(
			array( 'activation, config, testing, done', self::NAME, 'not set up', 'settings right', 'set up detected', '', 'true', 'activation, config, testing, done' ),
			explode( "\n", $said )
		);
		$this->assertNotSame( array(), $this->emulator->calls() );
	}

	public function test_a_key_that_closte_refuses_is_told_by_its_test(): void {
		$said = $this->wizard(
			'$wizard->handle_configuration( array( "CLOSTE_CLIENT_API_KEY" => "of-somebody-else" ) );
			$result = $integration->test_connection();
			echo is_wp_error( $result ) ? $result->get_error_code() : "fine";'
		);

		$this->assertStringStartsWith( 'closte-sync-', $said );
	}

	public function test_a_stored_key_is_in_no_form_and_an_empty_field_keeps_it(): void {
		$said = $this->wizard(
			'$wizard->handle_configuration( array( "CLOSTE_CLIENT_API_KEY" => $key ) );
			update_network_option( null, "wu_hosting_credential_CLOSTE_CLIENT_API_KEY", WP_Ultimo\Helpers\Credential_Store::encrypt( "of-its-own-store" ) );
			$form = print_r( $wizard->get_configuration_fields(), true );
			echo str_contains( $form, $key ) || str_contains( $form, "of-its-own-store" ) ? "shown" : "hidden", "\n";
			$wizard->handle_configuration( array( "CLOSTE_CLIENT_API_KEY" => "" ) );
			$wizard->handle_configuration( array() );
			echo ClosteSync\Extension\Key_Provider::find()?->reveal() === $key ? "kept" : "lost", "\n";
			$wizard->handle_configuration( array( "CLOSTE_CLIENT_API_KEY" => "another-key-for-closte" ) );
			echo ClosteSync\Extension\Key_Provider::find()?->reveal(), "\n", var_export( get_network_option( null, "wu_hosting_credential_CLOSTE_CLIENT_API_KEY" ), true ), "\n";
			$integration->delete_credentials();
			echo var_export( ClosteSync\Extension\Key_Provider::find(), true );'
		);

		$this->assertSame( array( 'hidden', 'kept', 'another-key-for-closte', 'false', 'NULL' ), explode( "\n", $said ) );
	}

	public function test_what_can_be_no_key_is_not_stored_and_the_wizard_does_not_go_on(): void {
		$said = $this->wizard(
			'add_filter( "wp_die_handler", fn() => function ( $message ): never { throw new UnexpectedValueException( $message ); } );
			try {
				$wizard->handle_configuration( array( "CLOSTE_CLIENT_API_KEY" => "two words" ) );
			} catch ( UnexpectedValueException $e ) {
				echo $e->getMessage(), "\n";
			}
			echo var_export( ClosteSync\Extension\Key_Provider::find(), true );'
		);

		$this->assertMatchesRegularExpression( '/Nothing was changed\..*\nNULL$/', $said );
	}

	/** What this code prints where neither wp-config.php nor the environment has a key, as a network admin. */
	private function wizard( string $code ): string {
		$double  = var_export( dirname( __DIR__ ) . '/support/doubles/ultimate-multisite/load.php', true );
		$process = $this->start_php_without_key(
			"require $double; wp_set_current_user( 1 );" . '
			$registry = WP_Ultimo\Integrations\Integration_Registry::get_instance();
			$registry->fire_registration_hooks();
			$registry->fire_capability_hooks();
			$integration = $registry->get( "closte" );
			$wizard      = new WP_Ultimo\Admin_Pages\Hosting_Integration_Wizard( $integration );
			$key         = ' . var_export( $this->env( 'key' ), true ) . ';' . $code
		);

		$this->assertSame( 0, $process->wait(), $process->output() );

		return $process->output();
	}
}
