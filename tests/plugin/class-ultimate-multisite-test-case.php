<?php
/**
 * What the tests beside Ultimate Multisite share.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use WP_Ultimo\Integrations\Host_Providers\Closte_Host_Provider;
use WP_Ultimo\Integrations\Integration_Registry;
use WP_Ultimo\Integrations\Providers\Closte as Built_In;
use WP_Ultimo\Logger;
use WP_Ultimo\Managers\Domain_Manager;
use WP_Ultimo\Models\Domain;

require_once __DIR__ . '/class-plugin-test-case.php';

/** Its double is loaded, and what it declares would be there for all other tests: each class runs its tests in processes of their own. */
abstract class Ultimate_Multisite_Test_Case extends Plugin_Test_Case {

	private const MERCATOR = array( 'mercator.mapping.created', 'mercator.mapping.updated', 'mercator.mapping.deleted' );

	protected function setUp(): void {
		parent::setUp();

		// Not in setUpBeforeClass(), which PHPUnit calls in its own process.
		require_once dirname( __DIR__ ) . '/support/doubles/ultimate-multisite/load.php';
		closte_double_install_ultimate_multisite();

		// It was not there when WordPress loaded; then this listener is not put in place.
		array_map( 'remove_all_actions', self::MERCATOR );

		Domain_Manager::$queue                 = array();
		Domain_Manager::$checked               = array();
		Domain_Manager::$modern                = true;
		Domain::$saves                         = 0;
		Logger::$lines                         = array();
		Built_In\Closte_Domain_Mapping::$sent  = array();
		Closte_Host_Provider::$sent            = array();

		$this->set( array( 'enabled' => true ) );
		( new Domain_Manager() )->init();
		$this->load_registry();
	}

	protected function load_registry(): void {
		Integration_Registry::forget();
		Integration_Registry::get_instance()->fire_registration_hooks();
		Integration_Registry::get_instance()->fire_capability_hooks();
	}
}
